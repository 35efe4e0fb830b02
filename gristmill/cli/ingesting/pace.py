"""How quickly documents end, and how long the rest takes at that pace."""

from collections import deque

from gristmill.cli.terminal.phrases import duration

_LOOKED_BACK_S = 20.0


class Pace:
    """Fed with how many are done; tells the rate of the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def add(self, now_s: float, done: int) -> None:
        """So many were done at this time."""
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now_s, done))
        while len(self._seen) > 2 and now_s - self._seen[0][0] > _LOOKED_BACK_S:
            self._seen.popleft()

    def rate(self) -> float | None:
        """Documents a second; None as long as nothing tells."""
        if len(self._seen) < 2:
            return None
        (began, first), (now, last) = self._seen[0], self._seen[-1]
        return (last - first) / (now - began) if now > began and last > first else None

    def words(self, total: int) -> str:
        """`12.5/s, 40 s left`; empty where there is nothing to say."""
        rate = self.rate()
        if rate is None:
            return ""
        left = total - self._seen[-1][1]
        said = f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s"
        return f"{said}, {duration(left / rate)} left" if left > 0 else said
