"""Blocks to chunks: cut by size at headings, paragraphs and sentences, with exact offsets."""
