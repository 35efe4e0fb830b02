"""A request to one call."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import falcon

from gristmill.server.calls.call import Body, Call, query_names
from gristmill.server.messages import parameters
from gristmill.server.messages.parameters import Parameter, Place
from gristmill.server.services import Services

_Value = TypeVar("_Value")


class Asked:
    """What a request asks of its call: only declared parameters can be read of it."""

    __slots__ = ("_fields", "call", "req")

    def __init__(self, call: Call, req: falcon.Request, fields: Mapping[str, str]) -> None:
        self.call = call
        self.req = req
        self._fields = fields

    def __getitem__(self, parameter: Parameter[_Value]) -> _Value:
        """The value of a parameter. Raises InvalidRequest for one that is out of range, and
        KeyError where the call does not declare it."""
        if parameter not in self.call.parameters:
            raise KeyError(f"{self.call.line} does not declare {parameter.name}")
        if parameter.place is Place.PATH:
            return parameter.read(self._fields[parameter.name])
        if parameter.place is Place.HEADER:
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
