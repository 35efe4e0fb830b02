"""A request to one call."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import falcon

from gristmill.pool.intake import Submitter
from gristmill.server.access.caller import Caller
from gristmill.server.calls.tables.call import Body, Call, query_names
from gristmill.server.calls.tables.shared_entries import COLLECTION
from gristmill.server.messages import parameters
from gristmill.server.messages.parameters import Parameter, ParameterPlace
from gristmill.server.services import Services
from gristmill.storage.library.roles import Within

_Value = TypeVar("_Value")


class Asked:
    """What a request asks of its call: only declared parameters can be read of it."""

    __slots__ = ("call", "fields", "req")

    def __init__(self, call: Call, req: falcon.Request, fields: Mapping[str, str]) -> None:
        self.call = call
        self.req = req
        self.fields = fields
        """What the path holds."""

    @property
    def caller(self) -> Caller:
        """Who asks."""
        caller: Caller = self.req.context.caller
        return caller

    @property
    def submitter(self) -> Submitter:
        """Who the jobs of this request are said to be of."""
        return self.caller.submitter(self.req.context.trail)

    @property
    def within(self) -> Within:
        """The collections to look into: the one that is asked for, or all that the caller sees.
        Raises Forbidden for one that is none of theirs."""
        return self.caller.within(self[COLLECTION])

    def __getitem__(self, parameter: Parameter[_Value]) -> _Value:
        """The value of a parameter. Raises InvalidRequest for one that is out of range, and
        KeyError where the call does not declare it."""
        if parameter not in self.call.parameters:
            raise KeyError(f"{self.call.line} does not declare {parameter.name}")
        if parameter.place is ParameterPlace.PATH:
            return parameter.read(self.fields[parameter.name])
        if parameter.place is ParameterPlace.HEADER:
            return parameter.read(self.req.get_header(parameter.name))
        return parameter.read(self.req.get_param(parameter.name))

    def check(self, body: Body | None = None) -> None:
        """Raises UnknownParameter, InvalidRequest for a query that the call, with a `body` of this
        kind, does not take."""
        if not self.req.query_string:
            return
        known = self.call.query
        if body is not None:
            known += query_names(body.parameters)
        parameters.check(self.req.path, self.req.params, known)


Handler = Callable[[Services, Asked, falcon.Response], None]
Handlers = Mapping[Call, Handler]
