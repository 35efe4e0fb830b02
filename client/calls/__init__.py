"""What can be asked of a service.

Made from the table of calls by `make client-calls`; a test fails when it is stale.
"""
