"""What is said while no node works."""

import pytest

from gristmill.pool.engines.dask.why_none_works import why_none_works
from gristmill.schemas.cluster import NodeLook

WELL = NodeLook("a", "tcp://a", "working", workers=1)
COMING = NodeLook("b", "tcp://b", "joining")
FAILING = NodeLook("c", "tcp://c", "joining", why="10 workers died before they got to work")
SICK = NodeLook("d", "tcp://d", "working", workers=1, why="its Pool fails")
LEAVING = NodeLook("e", "tcp://e", "leaving", workers=1)
REFUSED = NodeLook("f", "tcp://f", "refused", why="it has Gristmill 9")


@pytest.mark.parametrize(
    ("looks", "away", "told"),
    [
        ([], False, "no node has joined: start one with `gristmill node --scheduler tcp://s:1`"),
        ([], True, "the scheduler tcp://s:1 does not answer"),
        ([COMING], False, "no node has a worker yet; on their way: b"),
        ([COMING], True, "the scheduler tcp://s:1 does not answer"),
        ([FAILING, COMING], False, f"no node can work: c: {FAILING.why}"),
        ([SICK], False, "no node can work: d: its Pool fails"),
        ([REFUSED], False, "no node can work: f: it has Gristmill 9"),
        ([LEAVING], False, "the last nodes are leaving: e"),
        ([WELL], False, None),
        # What has joined works on while the scheduler is away.
        ([WELL, FAILING], True, None),
    ],
)
def test_the_worst_that_is_known_is_said(
    looks: list[NodeLook], away: bool, told: str | None
) -> None:
    assert why_none_works(looks, "tcp://s:1", away=away) == told
