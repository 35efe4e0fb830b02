"""Word and PowerPoint as they were before 2007: binary streams in a compound file."""
