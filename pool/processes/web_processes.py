"""Web processes that the supervisor keeps alive beside its workers."""

import logging
import subprocess
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait as wait_for
from typing import NamedTuple

import psutil

from gristmill.pool.processes.ladder import KillLadder
from gristmill.pool.processes.web_life import WebLife, WebProcess
from gristmill.schemas.problems.errors import ServiceFailed

_STOP_S = 5.0
_LOOK_S = 0.1
_ATTENTION_S = 1.0
_WELL_S = 60.0
"""One that was ready for so long has no deaths behind it."""
_KEEPS_DYING = 3
_LONGEST_S = 30.0
_log = logging.getLogger(__name__)


def backoff_s(deaths: int) -> float:
    """Seconds to wait after so many deaths in a row. The first costs nobody an answer."""
    return 0.0 if deaths <= 1 else min(_LONGEST_S, 0.5 * 2.0 ** min(deaths - 2, 30))


class _Place(NamedTuple):
    """Where a web process is to be. `life` is None while nobody is there, until `due`.
    `cannot_start`: the last one ended by itself before it was ready."""

    web_process: WebProcess
    life: WebLife | None = None
    deaths: int = 0
    due: float = 0.0
    cannot_start: bool = False


class WebProcesses:
    """Starts, restarts and stops web processes. `on_death` hears of each that dies by itself."""

    def __init__(self, web_processes: Sequence[WebProcess], on_death: Callable[[], None]) -> None:
        self._places = [_Place(each) for each in web_processes]
        self._on_death = on_death
        self._ladder = KillLadder()
        self._looked_at = time.monotonic()

    def __len__(self) -> int:
        return len(self._places)

    def start(self) -> None:
        """Start all. Returns before they are ready. Raises OSError."""
        self._looked_at = time.monotonic()
        self._places = [each._replace(life=WebLife(each.web_process)) for each in self._places]

    def wait(self, timeout_s: float = 30.0) -> None:
        """Wait until each is ready. Raises ServiceFailed when one cannot start: it ends by itself,
        or the time is over. One that somebody killed is started again."""
        deadline = time.monotonic() + timeout_s
        while late := [place for place in self._places if not (place.life and place.life.is_ready)]:
            for place in late:
                if place.cannot_start or time.monotonic() > deadline:
                    raise ServiceFailed(
                        f"the {place.web_process.name} process did not start; see its message above"
                    )
            wait_for([place.life.pipe for place in late if place.life], _LOOK_S)
            self.tick()

    def tick(self) -> None:
        """Start again what died, end what stands still. This goes on for ever, with waits: what
        was ready once does not keep the service from its work."""
        now = time.monotonic()
        attentive_s, self._looked_at = min(_ATTENTION_S, now - self._looked_at), now
        self._places = [self._tended(place, now, attentive_s) for place in self._places]
        self._ladder.tick()

    def trouble(self) -> str | None:
        """Which of them keeps dying; None when all is well."""
        bad = [place for place in self._places if place.deaths >= _KEEPS_DYING]
        if not bad:
            return None
        return "; ".join(
            f"{place.web_process.name} died {place.deaths} times, the log says how; it is started "
            "again and again"
            for place in bad
        )

    def stop(self) -> None:
        """End all: their standard input closes, and the ladder takes those that stay."""
        lives = [place.life for place in self._places if place.life is not None]
        for life in lives:
            if life.process.stdin:
                life.process.stdin.close()
        deadline = time.monotonic() + _STOP_S
        for life in lives:
            try:
                life.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._condemn(life)
        self._ladder.finish()
        for life in lives:
            life.process.poll()
            life.close()
        self._places = [place._replace(life=None) for place in self._places]

    def _tended(self, place: _Place, now: float, attentive_s: float) -> _Place:
        life, name = place.life, place.web_process.name
        if life is None:
            return place if now < place.due else self._reborn(place, now)
        life.look(attentive_s)
        if (code := life.exit_code) is None:
            if life.stands_still:
                _log.warning("%s gave no sign of life for %.0f s, ending it", name, life.silent_s)
                self._condemn(life)
                life.silent_s = 0.0
            return place._replace(deaths=0) if life.ready_s > _WELL_S else place
        life.close()
        deaths = place.deaths + 1
        cannot_start = code >= 0 and not life.is_ready
        wait_s = backoff_s(deaths + 1 if cannot_start else deaths)
        _log.warning("%s ended (%s), starting it again in %g s", name, code, wait_s)
        self._on_death()
        empty = _Place(place.web_process, None, deaths, now + wait_s, cannot_start)
        return self._reborn(empty, now)

    def _reborn(self, place: _Place, now: float) -> _Place:
        if now < place.due:
            return place
        try:
            life = WebLife(place.web_process)
            _log.info(
                "%s is started again",
                place.web_process.name,
                extra={"fields": {"web_pid": life.process.pid}},
            )
            return place._replace(life=life)
        except OSError as error:
            # Out of descriptors or of processes, most likely: that passes.
            _log.warning("%s cannot be started: %s", place.web_process.name, error)
            deaths = place.deaths + 1
            return place._replace(deaths=deaths, due=now + backoff_s(deaths + 1))

    def _condemn(self, life: WebLife) -> None:
        try:
            self._ladder.condemn(psutil.Process(life.process.pid))
        except (OSError, psutil.Error):
            # Gone, which the next look sees; or we are out of descriptors for a moment.
            pass
