"""The library as one SQLite file. Nothing outside this folder knows how it is made."""
