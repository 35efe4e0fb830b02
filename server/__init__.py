"""The only layer that knows HTTP: it accepts durably, reads from disk and owns no process."""
