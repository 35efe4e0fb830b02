"""Text: prose, source code and data that people write as text."""
