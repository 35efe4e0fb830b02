"""What `pretend_nodes` prints. A module of its own: who reads it need not have Dask."""

import msgspec


class Leased(msgspec.Struct):
    """`leases` and `calls` to the desk in `seconds`."""

    leases: int = 0
    calls: int = 0
    seconds: float = 0.0
