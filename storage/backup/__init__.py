"""A copy of a data folder that a service may be at work on, and a data folder made of one."""
