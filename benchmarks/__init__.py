"""Measures the service beside its limits, in the same run on the same work.

    python -m benchmarks [--small | --full] [NAME ...]

Each benchmark is a contest: contenders do the same work in turn, several rounds of it, and what
counts is the median. A new benchmark is a module with a `CONTEST` and a line in `catalogue`.
"""
