"""How many streams there may be."""

import pytest

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.problems.access_errors import TooManyRequests
from gristmill.schemas.problems.overload import TooManyStreams
from gristmill.server.events.places import Places


def test_one_client_has_so_many_and_all_have_so_many() -> None:
    places = Places(Settings(max_event_streams=3, max_peer_event_streams=2))
    places.enter("a")
    places.enter("a")
    with pytest.raises(TooManyRequests, match="max_peer_event_streams"):
        places.enter("a")
    places.enter("b")
    with pytest.raises(TooManyStreams, match="max_event_streams"):
        places.enter("c")
    places.leave("a")
    places.enter("c")
