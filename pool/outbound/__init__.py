"""Calls to the outside: to the address that was looked at, in time, and no more than is wanted."""
