"""OpenDocument: the package, texts and presentations."""
