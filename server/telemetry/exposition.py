"""All numbers of the service in Prometheus' text format."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from gristmill.schemas.telemetry.measures import Kind, Layout, Measure
from gristmill.schemas.telemetry.service_measures import SUPERVISOR_LAYOUT, SUPERVISOR_METER
from gristmill.server.services import Services
from gristmill.server.telemetry.state import STATE, Reading, readings
from gristmill.server.telemetry.web_measures import WEB_LAYOUT, WEB_METER
from gristmill.storage.records.meters import Writer, read_meters

if TYPE_CHECKING:
    from prometheus_client import Metric

MEASURES: tuple[Measure, ...] = (*SUPERVISOR_LAYOUT.measures, *WEB_LAYOUT.measures, *STATE)
"""Everything that `/metrics` may say."""


def exposition(services: Services) -> bytes:
    """What `/metrics` says, the same whichever web process is asked."""
    # The first scrape imports it, and no service that nobody watches does.
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.registry import Collector

    class Everything(Collector):
        def collect(self) -> Iterator["Metric"]:
            yield from _families(services)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Everything())
    return generate_latest(registry)


def _families(services: Services) -> Iterator["Metric"]:
    writers: list[Writer] = []
    for name, layout in ((SUPERVISOR_METER, SUPERVISOR_LAYOUT), (WEB_METER, WEB_LAYOUT)):
        rows = []
        for writer, numbers in read_meters(services.stores.folder, name, layout):
            writers.append(writer)
            rows.append(numbers)
        if name == WEB_METER and not services.meter.is_shared:
            rows.append(services.meter.numbers())
        yield from _counted(layout, [sum(column) for column in zip(*rows, strict=True)])
    yield from _now(readings(services, writers))


def _counted(layout: Layout, totals: Sequence[float]) -> Iterator["Metric"]:
    if not totals:
        return
    for measure in layout.measures:
        family = _family(measure)
        for labels in measure.series():
            place = layout.place(measure, labels)
            numbers = totals[place : place + measure.size]
            # What is not there yet has no rate: so what is looked for is there with 0.
            if any(numbers) or len(labels) < 2 or not labels[-1]:
                _add(family, measure, labels, numbers)
        yield family


def _add(
    family: "Metric", measure: Measure, labels: Sequence[str], numbers: Sequence[float]
) -> None:
    if measure.kind is not Kind.HISTOGRAM:
        name, known = measure.shown, dict(_labelled(measure, labels))
        family.add_sample(name, known, numbers[0])
        return
    *counts, total = numbers
    bounds = [*map(str, measure.buckets), "+Inf"]
    known = dict(_labelled(measure, labels))
    for bound, number in zip(bounds, accumulate(counts), strict=True):
        family.add_sample(f"{measure.name}_bucket", {**known, "le": bound}, number)
    family.add_sample(f"{measure.name}_count", known, sum(counts))
    family.add_sample(f"{measure.name}_sum", known, total)


def _now(found: Iterable[Reading]) -> Iterator["Metric"]:
    families = {measure: _family(measure) for measure in STATE}
    for measure, value, labels in found:
        families[measure].add_sample(measure.name, dict(_labelled(measure, labels)), float(value))
    yield from (family for family in families.values() if family.samples)


def _labelled(measure: Measure, labels: Sequence[str]) -> Iterator[tuple[str, str]]:
    return zip((name for name, _ in measure.labels), labels, strict=True)


def _family(measure: Measure) -> "Metric":
    from prometheus_client import Metric

    return Metric(measure.name, measure.meaning, measure.kind.value)
