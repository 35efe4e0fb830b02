"""What only all pages together show."""
