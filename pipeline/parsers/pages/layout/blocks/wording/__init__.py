"""What the letters of a page say, where liteparse and pdfium differ."""
