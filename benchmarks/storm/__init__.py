"""The parts of the storm (`benchmarks.chaos`): a service that is hit at random under load, and the
books that are kept about it."""
