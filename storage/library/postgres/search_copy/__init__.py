"""The copy of a library's documents that one machine searches, and how it follows the library."""
