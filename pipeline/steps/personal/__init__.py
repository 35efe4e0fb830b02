"""What tells a person in a text, and how it is taken out."""
