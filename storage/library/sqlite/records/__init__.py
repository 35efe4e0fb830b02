"""What is written: ledger rows, documents with their chunks, counters, fences."""
