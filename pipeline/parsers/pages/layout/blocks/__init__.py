"""From lines to the blocks of a page."""
