"""What a web process counts, and all numbers of the service as a monitoring system reads them."""
