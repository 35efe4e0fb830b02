"""Services, clients and texts that the measurements share."""
