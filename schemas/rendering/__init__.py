"""Written forms of a document's structure: Markdown, HTML, JSON, text, and tables as CSV. Pure."""
