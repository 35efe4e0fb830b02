"""Which cases of a test stand in the default selection."""

from typing import Any

import pytest


def rest_slow(*cases: Any, quick: int = 1) -> list[Any]:
    """Cases of one parameter, or tuples of several: the first ones show the promise in
    `make test`, the others run in `make test-slow`."""
    return [
        *cases[:quick],
        *(
            pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.slow)
            for case in cases[quick:]
        ),
    ]
