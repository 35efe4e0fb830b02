"""Where columns, paragraphs and headings of a page begin and end."""
