"""One `ingest`, from what was named to what became of it."""
