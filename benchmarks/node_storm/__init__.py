"""The parts of the storm over nodes (`benchmarks.chaos_nodes`), beside those of `storm`."""
