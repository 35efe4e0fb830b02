"""A node: the local engine on a machine that may be another; a supervisor gives it leases."""
