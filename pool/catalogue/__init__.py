"""Collections as things: which there are, and changes of one as a whole."""
