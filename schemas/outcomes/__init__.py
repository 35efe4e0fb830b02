"""What becomes of a document: its rows, its structure, whether it is tried again."""
