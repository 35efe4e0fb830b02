"""The web process: waitress, its channels, the fast lane and the addresses it listens on."""
