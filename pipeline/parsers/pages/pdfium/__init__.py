"""What pdfium reads of a PDF."""
