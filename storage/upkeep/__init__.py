"""What keeps a data folder tidy and private."""
