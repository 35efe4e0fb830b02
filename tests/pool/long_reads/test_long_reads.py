"""What takes long is asked of another process, and comes to the same."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.library_samples import succeeded
from support.running import until

from gristmill.pool.long_reads import LongReads, SteadyLibrary, steady_library
from gristmill.pool.long_reads.steady_library import FEW_HITS
from gristmill.schemas.problems.errors import InvalidQuery
from gristmill.schemas.problems.library_errors import LibraryFault, LibraryTrouble
from gristmill.schemas.problems.overload import Busy
from gristmill.storage.library.sqlite import deadline
from gristmill.storage.stores import Stores

ASKED: dict[str, Any] = {"collection": None, "limit": 5}


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    stores = Stores.open(tmp_path / "data")
    with stores.library() as library:
        library.commit([succeeded(texts=("a word", "another word"))])
    return stores


@pytest.fixture
def reads(stores: Stores) -> Iterator[LongReads]:
    reads = LongReads(stores.folder.root, 5.0)
    yield reads
    reads.close()


def _program(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "program.py"
    path.write_text(text)
    return [str(path)]


def test_a_question_comes_to_what_it_would_here(stores: Stores, reads: LongReads) -> None:
    with stores.reader(5.0) as library:
        here = library.search_answer("word", **ASKED)
    assert reads.ask("search_answer", "word", **ASKED) == here
    with pytest.raises(InvalidQuery, match="no word"):
        reads.ask("search_answer", "!", **ASKED)


def test_what_takes_too_long_is_given_up_in_the_words_of_the_library(
    stores: Stores, tmp_path: Path
) -> None:
    text = (
        "from gristmill.storage.library.sqlite import deadline\n"
        "deadline.STEPS = 1\n"
        "from gristmill.pool.long_reads import child\n"
        "child.main()\n"
    )
    reads = LongReads(stores.folder.root, 0.0, program=_program(tmp_path, text))
    with pytest.raises(LibraryTrouble, match="read_timeout_s") as caught:
        reads.ask("search_answer", "word", **ASKED)
    assert caught.value.fault is LibraryFault.TOO_LONG
    reads.close()


def test_a_process_that_ended_is_said_and_replaced(stores: Stores, tmp_path: Path) -> None:
    once = tmp_path / "once"
    text = (
        "import os, sys\n"
        f"if not os.path.exists({str(once)!r}):\n"
        f"    open({str(once)!r}, 'x').close(); sys.exit(3)\n"
        "from gristmill.pool.long_reads import child\n"
        "child.main()\n"
    )
    reads = LongReads(stores.folder.root, 5.0, program=_program(tmp_path, text))
    with pytest.raises(Busy, match="ended"):
        reads.ask("search_answer", "word", **ASKED)
    assert len(reads.ask("search_answer", "word", **ASKED).items) == 2
    reads.close()


@pytest.mark.slow
def test_one_that_ends_as_it_is_asked_since_nobody_had_for_long_costs_no_answer(
    stores: Stores, tmp_path: Path
) -> None:
    lives = tmp_path / "lives"
    text = (
        "import os, sys\n"
        f"open({str(lives)!r}, 'a').write('.')\n"
        "from gristmill.pool.long_reads import child\n"
        "answer, asked = child._answer, []\n"
        "def answered_once(*question):\n"
        "    asked.append(1)\n"
        "    return answer(*question) if len(asked) == 1 else os._exit(0)\n"
        "child._answer = answered_once\n"
        "child.main()\n"
    )
    reads = LongReads(stores.folder.root, 5.0, program=_program(tmp_path, text))
    for _ in range(3):
        assert len(reads.ask("search_answer", "word", **ASKED).items) == 2
    assert lives.read_text() == "..."
    reads.close()


def test_a_process_that_stands_still_is_ended(stores: Stores, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    text = f"import os, signal; open({str(pid)!r}, 'w').write(str(os.getpid()))\n"
    text += "os.kill(os.getpid(), signal.SIGSTOP)"
    program = _program(tmp_path, text)
    reads = LongReads(stores.folder.root, 0.5, late_s=0.5, program=program)
    with pytest.raises(LibraryTrouble) as caught:
        reads.ask("search_answer", "word", **ASKED)
    assert caught.value.fault is LibraryFault.TOO_LONG
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), signal.SIGCONT)


def test_whoever_comes_while_all_are_busy_waits_as_long_as_one_may_take(
    stores: Stores, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    text = f"open({str(begun)!r}, 'x').close(); import sys, time; time.sleep(60)"
    program = _program(tmp_path, text)
    reads = LongReads(stores.folder.root, 0.3, late_s=3.0, program=program)

    def first() -> None:
        with pytest.raises(LibraryTrouble):
            reads.ask("search_answer", "word", **ASKED)

    thread = threading.Thread(target=first)
    thread.start()
    until(begun.exists, "the first question")
    with pytest.raises(Busy, match="too many long searches"):
        reads.ask("search_answer", "word", **ASKED)
    thread.join()


class _Told:
    """What was asked of the other process."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, method: str, *args: Any, **named: Any) -> Any:
        self.asked.append(method)
        return "apart"


@pytest.mark.parametrize(
    ("trial_s", "limit", "apart"),
    [(60.0, 5, False), (0.0, 5, True), (60.0, FEW_HITS, False), (60.0, FEW_HITS + 1, True)],
)
def test_what_is_quick_and_tells_of_few_is_asked_here(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, trial_s: float, limit: int, apart: bool
) -> None:
    monkeypatch.setattr(deadline, "STEPS", 1)
    monkeypatch.setattr(steady_library, "TRIAL_S", trial_s)
    told: Any = _Told()
    with stores.reader(60.0) as library:
        steady: Any = SteadyLibrary(library, told)
        found = steady.search_answer("word", collection=None, limit=limit)
        assert steady.planned("job") is None
        assert library.deadline.cpu_s > 60.0
    assert (found == "apart") is apart
    assert told.asked == (["search_answer"] if apart else [])
