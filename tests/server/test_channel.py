import time
from types import SimpleNamespace

from waitress.server import BaseWSGIServer

from gristmill.server import channel as channels

IDLE_S, HOUR = 60, 3600


def closes(idle_s, monkeypatch, clock_off_s=0.0):
    """Whether waitress would close a connection that has been idle for so long."""
    channel = object.__new__(channels.channel_for(1))
    channel.adj, channel.requests = SimpleNamespace(channel_timeout=IDLE_S), ()
    channel.last_activity = time.time()
    later = SimpleNamespace(monotonic=lambda: time.monotonic() + idle_s)
    monkeypatch.setattr(channels, "time", later)
    server = SimpleNamespace(adj=channel.adj, active_channels={1: channel})
    BaseWSGIServer.maintenance(server, time.time() + clock_off_s)
    return channel.will_close


def test_a_connection_that_is_idle_for_long_is_closed(monkeypatch):
    assert closes(IDLE_S + 1, monkeypatch)


def test_no_connection_is_closed_because_somebody_sets_the_clock(monkeypatch):
    assert not closes(IDLE_S - 1, monkeypatch, clock_off_s=HOUR)
