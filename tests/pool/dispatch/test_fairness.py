"""Who is next, over any sequence of jobs."""

import itertools
from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from gristmill.pool.dispatch.fairness import Rotation
from gristmill.pool.dispatch.pending_job import PendingJob
from gristmill.schemas.jobs.offers import Offer
from gristmill.schemas.jobs.tasks import Task, TaskKind


def _job(name: str, tasks: int = 1, priority: int = 0, small: bool = False) -> PendingJob:
    entry = PendingJob(Offer(name, f"key of {name}", priority, small))
    entry.tasks = deque(Task(number, name, TaskKind.RUN) for number in range(tasks))
    return entry


def _rotation(*entries: PendingJob) -> Rotation:
    rotation = Rotation()
    for entry in entries:
        rotation.add(entry)
    return rotation


def _turn(rotation: Rotation) -> str | None:
    """The name of the job whose turn it is; one task of it is handed out."""
    entry = rotation.take()
    if entry is None:
        return None
    entry.started = True
    assert entry.tasks is not None
    entry.tasks.popleft()
    if entry.waiting:
        rotation.add(entry)
    return entry.job_id


def _turns(rotation: Rotation) -> list[str]:
    return list(iter(lambda: _turn(rotation), None))


jobs = st.lists(st.tuples(st.integers(1, 6), st.sampled_from([-1, 0, 0, 0, 5])), max_size=8)


@given(jobs)
def test_every_task_gets_its_turn_exactly_once(shapes: list[tuple[int, int]]) -> None:
    entries = [_job(f"{n}", tasks, priority) for n, (tasks, priority) in enumerate(shapes)]
    turns = _turns(_rotation(*entries))
    assert {name: turns.count(name) for name in turns} == {
        f"{n}": tasks for n, (tasks, _) in enumerate(shapes)
    }


@given(jobs)
def test_a_higher_priority_never_waits_for_a_lower_one(shapes: list[tuple[int, int]]) -> None:
    entries = [_job(f"{n}", tasks, priority) for n, (tasks, priority) in enumerate(shapes)]
    priorities = [shapes[int(name)][1] for name in _turns(_rotation(*entries))]
    assert priorities == sorted(priorities, reverse=True)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=6))
def test_no_running_job_waits_longer_than_twice_around(sizes: list[int]) -> None:
    turns = _turns(_rotation(*(_job(f"{n}", size) for n, size in enumerate(sizes))))
    for number in range(len(sizes)):
        places = [place for place, name in enumerate(turns) if name == f"{number}"]
        gaps = [b - a for a, b in itertools.pairwise(places)]
        assert max(gaps, default=0) <= 2 * len(sizes)


def test_waiting_jobs_start_in_the_order_they_came() -> None:
    rotation = _rotation(*(_job(name) for name in "abc"))
    assert _turns(rotation) == ["a", "b", "c"]


def test_a_job_has_one_place_however_often_it_is_added() -> None:
    job = _job("a", tasks=2)
    rotation = _rotation(job, job, _job("b"))
    rotation.add(job)
    assert sorted(_turns(rotation)) == ["a", "a", "b"]


def test_a_job_whose_tasks_were_dropped_loses_its_place_and_costs_no_turn() -> None:
    cancelled = _job("cancelled")
    rotation = _rotation(cancelled, _job("b"))
    assert cancelled.tasks is not None
    cancelled.tasks.clear()
    assert _turns(rotation) == ["b"]
    assert not cancelled.in_rotation
    cancelled.tasks.append(Task(9, "cancelled", TaskKind.RUN))
    rotation.add(cancelled)
    assert _turn(rotation) == "cancelled"


def test_only_the_oldest_waiting_job_of_a_priority_is_taken_as_a_small_one() -> None:
    dropped, small, large = _job("dropped", small=True), _job("small", small=True), _job("large")
    rotation = _rotation(dropped, small, large, _job("other", priority=1, small=True))
    assert dropped.tasks is not None
    dropped.tasks.clear()
    assert rotation.take_small(0) is small
    assert rotation.take_small(0) is None
    assert rotation.take_small(7) is None
    assert _turns(rotation) == ["other", "large"]


def test_an_empty_rotation_has_nobody() -> None:
    assert Rotation().take() is None
