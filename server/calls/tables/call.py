"""What a call is: all that is said of it, said once."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from gristmill.schemas.access import Scope
from gristmill.schemas.problems.errors import GristmillError
from gristmill.server.messages.parameters import AnyParameter, ParameterPlace

__all__ = ["JSON", "Answer", "Body", "Call", "Cost", "Names", "Scope", "query_names"]

JSON = "application/json"


class Cost(StrEnum):
    """Who of the web process serves a call (`server/transport/lanes.py`)."""

    PROBE = "probe"
    """The event loop, whatever the threads do."""
    PLAIN = "plain"
    """The threads; a long poll holds one."""
    SEARCH = "search"
    """Threads of its own: it may take long."""
    STREAM = "stream"
    """Threads of its own: it takes as long as its reader likes."""
    BATCH = "batch"
    """Threads of its own: it takes as long as its sender and reader like."""


class Names(StrEnum):
    """What of a request says which collection it is about."""

    NOTHING = "nothing"
    PARAMETER = "parameter"
    """`collection` in the query; without it, all of them."""
    BODY = "body"
    """`collection` in the body or, beside uploads, in the query."""
    JOB = "job"
    DOCUMENT = "document"
    BULK = "bulk"
    """A bulk action, which is about the collections of whoever began it."""
    COLLECTION = "collection"
    """The path."""
    MIRROR = "mirror"
    TASK = "task"
    """A job, as docling-serve names it."""
    STORE = "vector store"
    """The path, as the id of a vector store."""


@dataclass(frozen=True, eq=False)
class Body:
    """A kind of body that a call reads. `shape` is its type as msgspec reads it, `bytes` where it
    is taken as it is; of lines, the type of one. `parameters` may only be given with this kind."""

    media_types: tuple[str, ...]
    shape: Any
    meaning: str
    example: Any
    parameters: tuple[AnyParameter, ...] = ()


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer that is no problem. `shape` is None where there is no body; of lines, it is the
    type of one. `headers` are those that only some answers have; `example` is that of a text."""

    status: int
    shape: Any
    when: str
    media_type: str = JSON
    headers: tuple[str, ...] = ()
    example: str | None = None


@dataclass(frozen=True, eq=False)
class Call:
    """One thing that can be asked. `name` is its key in the index and never changes.

    `errors` are the classes that may answer it, each with its own code (their subclasses have to
    be named as well); `line_errors` those that may answer a line of its body.
    """

    name: str
    method: str
    path: str
    meaning: str
    scope: Scope
    cost: Cost
    names: Names
    answers: tuple[Answer, ...]
    errors: tuple[type[GristmillError], ...]
    parameters: tuple[AnyParameter, ...] = ()
    bodies: tuple[Body, ...] = ()
    line_errors: tuple[type[GristmillError], ...] = ()

    @cached_property
    def line(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @cached_property
    def query(self) -> tuple[str, ...]:
        """The names of its query parameters, without those that go with a kind of body."""
        return query_names(self.parameters)

    def template_below(self, root: str) -> str:
        """Method and URI template, as the index shows it to whoever sees the service below the
        path `root`."""
        query = f"{{?{','.join(self.query)}}}" if self.query else ""
        return f"{self.method} {root}{self.path}{query}"

    @cached_property
    def query_depends_on_body(self) -> bool:
        return any(body.parameters for body in self.bodies)


def query_names(parameters: tuple[AnyParameter, ...]) -> tuple[str, ...]:
    return tuple(each.name for each in parameters if each.place is ParameterPlace.QUERY)
