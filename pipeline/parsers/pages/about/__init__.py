"""What a PDF says of itself, and what it holds beside its pages."""
