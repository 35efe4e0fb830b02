"""Which machines may work for a service: those of which the same documents come out."""

import pytest

from gristmill.pool.engines.node.identity import difference, identity_of_this_machine
from gristmill.schemas.cluster import Identity
from gristmill.schemas.version import VERSION

OURS = Identity("1.2", ("lxml 6.1", "numpy 2"), ("pdf of gristmill 1.2",))


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        (OURS, None),
        (Identity("1.3"), "it has Gristmill 1.3, the service 1.2"),
        (
            Identity("1.2", ("lxml 6.2", "numpy 2"), OURS.steps),
            "its packages are others: it has lxml 6.2; the service has lxml 6.1",
        ),
        (
            Identity("1.2", OURS.pipeline, (*OURS.steps, "secret of acme 1")),
            "its parsers and steps are others: it has secret of acme 1",
        ),
        (
            Identity("1.2", OURS.pipeline),
            "its parsers and steps are others: the service has pdf of gristmill 1.2",
        ),
    ],
)
def test_a_machine_that_differs_is_told_how(theirs: Identity, told: str | None) -> None:
    assert difference(OURS, theirs) == told


def test_this_machine_is_equal_to_itself_and_names_what_documents_go_through() -> None:
    ours = identity_of_this_machine()
    assert ours.version == VERSION
    assert difference(ours, identity_of_this_machine()) is None
    named = {each.partition(" ")[0] for each in ours.pipeline}
    assert {"gristmill.pipeline", "liteparse", "lxml"} <= named
    assert not {"falcon", "pytest", "distributed", "opentelemetry-sdk", "usearch"} & named
    assert any(each.startswith("pdf of gristmill") for each in ours.steps)
