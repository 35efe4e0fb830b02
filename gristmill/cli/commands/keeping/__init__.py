"""Commands for whoever keeps a data folder."""
