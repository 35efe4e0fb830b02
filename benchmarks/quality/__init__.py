"""How well documents are read: a league table, ours beside the bare libraries."""
