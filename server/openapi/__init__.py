"""The service as an OpenAPI document, which follows from the table of calls, and as a page."""
