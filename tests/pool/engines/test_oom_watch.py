"""Whether the kernel has just killed somebody for want of memory, on a clock of our own."""

from gristmill.pool.engines.local.oom_watch import RECENT_S, OomWatch


class Kernel:
    def __init__(self) -> None:
        self.kills, self.time = 3, 100.0
        self.watch = OomWatch(lambda: self.kills, lambda: self.time)


def test_kills_before_our_time_are_not_ours() -> None:
    assert not Kernel().watch.has_just_killed()


def test_a_kill_counts_for_the_deaths_that_are_seen_soon_after_it() -> None:
    kernel = Kernel()
    kernel.kills += 1
    kernel.time += 1.0
    kernel.watch.tick()  # a look in between takes nothing away
    kernel.time += RECENT_S
    assert kernel.watch.has_just_killed()
    kernel.time += 0.1
    assert not kernel.watch.has_just_killed()


def test_an_old_kill_is_not_taken_for_a_new_one() -> None:
    kernel = Kernel()
    kernel.kills += 1
    for _ in range(10):
        kernel.time += 1.0
        kernel.watch.tick()
    assert not kernel.watch.has_just_killed()


def test_a_counter_that_starts_anew_is_no_kill() -> None:
    kernel = Kernel()
    kernel.kills = 0
    assert not kernel.watch.has_just_killed()
    kernel.kills = 1
    assert kernel.watch.has_just_killed()
