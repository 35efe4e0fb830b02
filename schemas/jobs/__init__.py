"""A job: what was asked, its states, its tasks."""
