"""The Dask engine: a foreman on every Dask worker. Dask knows the nodes and carries the talk."""
