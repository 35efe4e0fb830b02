"""One document: fetch, run, cost."""
