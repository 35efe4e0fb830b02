"""A program's way to a service over HTTP: every call, typed, and what takes several of them."""
