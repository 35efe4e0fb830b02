"""Measures the service beside its limits and its peers, in the same run on the same work.

    python -m benchmarks [--small | --full] [NAME ...] [--json FILE]
    python -m benchmarks report FILE ...

Each benchmark is a contest: contenders do the same work in turn, several rounds of it, and what
counts is the median. A new one is a module in `contests` with a `CONTEST`, and its name in
`catalogue`; what it has to reach is a row of `targets`. `report` writes docs/performance.md.
"""
