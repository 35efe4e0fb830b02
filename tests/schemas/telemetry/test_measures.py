"""Every series has its place, and nobody else's."""

import pytest

from gristmill.schemas.telemetry.measures import OTHER, Kind, Layout, Measure
from gristmill.schemas.telemetry.service_measures import DOCUMENTS, SUPERVISOR_LAYOUT

PAIRS = Measure("pairs", Kind.COUNTER, "Pairs.", (("a", ("x", "y")), ("b", ("1", OTHER))))
WAITS = Measure("waits", Kind.HISTOGRAM, "Waits.", buckets=(1.0, 2.0))


def test_places_follow_each_other_and_a_histogram_takes_one_more_than_its_buckets_and_a_sum() -> (
    None
):
    layout = Layout((PAIRS, WAITS, PAIRS))
    assert [layout.place(PAIRS, pair) for pair in PAIRS.series()] == [8, 9, 10, 11]
    assert (layout.place(WAITS, ()), layout.size) == (4, 12)


def test_unknown_values_are_other_where_there_is_one() -> None:
    layout = Layout((PAIRS,))
    assert layout.place(PAIRS, ("y", "7")) == layout.place(PAIRS, ("y", OTHER))
    with pytest.raises(KeyError):
        layout.place(PAIRS, ("z", "1"))
    with pytest.raises(KeyError):
        layout.place(WAITS, ())


def test_layouts_differ_in_whatever_would_shift_a_number() -> None:
    wider = Measure("waits", Kind.HISTOGRAM, "Waits.", buckets=(1.0, 3.0))
    digests = {Layout(each).digest for each in ((PAIRS,), (WAITS,), (wider,), (PAIRS, WAITS))}
    assert len(digests) == 4
    assert Layout((PAIRS, WAITS)).digest == Layout((PAIRS, WAITS)).digest


def test_the_codes_of_documents_are_those_of_the_table_and_other() -> None:
    codes = {code for _, code in DOCUMENTS.series()}
    assert {"", "timeout", "crashed", OTHER} <= codes
    assert SUPERVISOR_LAYOUT.size < 1000
