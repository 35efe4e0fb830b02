"""Bulk actions: which jobs a query finds, and one thing that is done with all of them."""
