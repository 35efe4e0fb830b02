"""Which calls there are: our own, and those of the protocols that are switched on."""

from collections.abc import Mapping, Sequence

from gristmill.schemas.configuration.drop_in_settings import Protocol
from gristmill.server.calls.tables.call import Call
from gristmill.server.calls.tables.table import CALLS
from gristmill.server.protocols.tables import (
    docling_table,
    openai_table,
    openwebui_table,
    tika_table,
)

PROTOCOL_CALLS: Mapping[Protocol, tuple[Call, ...]] = {
    "docling": docling_table.CALLS,
    "openai": openai_table.CALLS,
    "openwebui": openwebui_table.CALLS,
    "tika": tika_table.CALLS,
}
EVERY_CALL: tuple[Call, ...] = (*CALLS, *(each for of in PROTOCOL_CALLS.values() for each in of))
"""Those that a service may have, whatever is switched on."""


def calls_with(protocols: Sequence[Protocol]) -> tuple[Call, ...]:
    """The calls of a service that speaks these protocols."""
    return (*CALLS, *(call for name in dict.fromkeys(protocols) for call in PROTOCOL_CALLS[name]))
