"""Tells receivers that jobs have ended, beside all other work of the supervisor."""
