"""Tesseract, the program that reads images of pages: what is installed, and running it."""
