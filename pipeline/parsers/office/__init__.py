"""Office: word processing, sheets and slides of all makers."""
