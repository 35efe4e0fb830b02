"""Collections as things: their settings, their names, and what is taken out of them."""
