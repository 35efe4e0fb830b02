"""Who answers the calls of the protocols that are switched on."""

from collections.abc import Mapping, Sequence

from gristmill.schemas.configuration.drop_in_settings import Protocol
from gristmill.server.calls.asked import Handlers
from gristmill.server.protocols import docling, openai, openwebui, tika

_HANDLERS: Mapping[Protocol, Handlers] = {
    "docling": docling.HANDLERS,
    "openai": openai.HANDLERS,
    "openwebui": openwebui.HANDLERS,
    "tika": tika.HANDLERS,
}


def handlers_of(protocols: Sequence[Protocol]) -> Handlers:
    """The handlers of these protocols."""
    return {call: handler for name in protocols for call, handler in _HANDLERS[name].items()}
