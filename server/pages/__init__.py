"""What a browser is shown: pages, and the files that they load. Their data comes from the calls."""
