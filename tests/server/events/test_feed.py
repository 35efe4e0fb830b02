"""Which streams the feed has."""

import threading
from typing import cast

from gristmill.pool.client import PoolClient
from gristmill.schemas.events import Position
from gristmill.server.events.feed import Feed
from gristmill.server.events.reporter import Reporter
from gristmill.server.events.streams import EventStream, Wish


def test_a_stream_whose_client_went_before_it_began_is_not_kept() -> None:
    stopping = threading.Event()
    stopping.set()
    feed = Feed(cast(PoolClient, None), cast(Reporter, None), stopping)
    stream = EventStream(
        Wish(None, None, None), Position(1, 0), lambda: True, feed.join, feed.leave
    )
    stream.leave()
    stream.begin(lambda data, last: None)
    assert feed.streams == 0
