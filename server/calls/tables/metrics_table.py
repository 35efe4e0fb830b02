"""The call that a monitoring system makes, as data."""

from gristmill.server.calls.tables.call import Answer, Call, Cost, Names, Scope
from gristmill.server.calls.tables.shared_entries import READING

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format."""
_EXAMPLE = '# TYPE gristmill_jobs_ended_total counter\ngristmill_jobs_ended_total{outcome="succeeded",code=""} 12.0\n'  # noqa: E501

METRICS = Call(
    name="metrics",
    method="GET",
    path="/metrics",
    meaning="The numbers of the whole service, as Prometheus reads them; not for a key that is "
    "bound to collections.",
    scope=Scope.METRICS,
    cost=Cost.PLAIN,
    names=Names.NOTHING,
    answers=(Answer(200, str, "always", MEDIA_TYPE, example=_EXAMPLE),),
    errors=READING,
)
