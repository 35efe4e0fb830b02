"""Searches by words, by meaning and by both, with a tiny model in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import psutil
import pytest
from support.embedded_texts import embedded, uris
from support.library_samples import succeeded
from support.running import until
from support.tiny_model import make_cross_encoder, make_static_model

from gristmill.pool.vector_search import Searcher, process
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.filters import parsed
from gristmill.schemas.ids import document_id
from gristmill.schemas.problems.errors import InvalidQuery
from gristmill.schemas.problems.vector_errors import ModeUnavailable, SemanticSearchBusy
from gristmill.schemas.vector_search import SearchMode
from gristmill.storage.library import Library
from gristmill.storage.stores import Stores

LEXICAL, VECTOR, HYBRID = SearchMode.LEXICAL, SearchMode.VECTOR, SearchMode.HYBRID
Search = Callable[..., list[str]]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_static_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Stores:
    stores = Stores.open(tmp_path_factory.mktemp("data") / "data")
    with stores.library() as library:
        library.commit(
            [
                embedded(model, "water.txt", "water water flour", "water mill"),
                embedded(model, "mill.txt", "mill mill rye"),
                embedded(model, "stone.txt", "stone oats"),
                embedded(model, "theirs.txt", "water water secret", collection="theirs"),
                succeeded("bare", uri="bare.txt", texts=("water without a vector",)),
                succeeded("none", uri="none.txt", texts=("rye",), collection="bare"),
            ]
        )
    return stores


def settings_of(model: Path, **more: object) -> Settings:
    given = {"embed_models": [f"tiny={model}"], "read_timeout_s": 60.0, **more}
    return msgspec.convert(given, Settings)


@pytest.fixture(scope="module")
def searcher(stores: Stores, model: Path) -> Iterator[Searcher]:
    """One for all: its process stays."""
    searcher = Searcher(stores.folder.root, settings_of(model))
    yield searcher
    searcher.close()


@pytest.fixture
def library(stores: Stores) -> Iterator[Library]:
    with stores.library(readonly=True) as library:
        yield library


def test_by_meaning_the_nearest_come_first_with_their_places(
    searcher: Searcher, library: Library
) -> None:
    answer = searcher.search(library, "WATER", collection="default", limit=3, mode=VECTOR)
    assert uris(answer.items) == ["water.txt", "water.txt", "mill.txt"]
    assert [hit.vector_rank for hit in answer.items] == [1, 2, 3]
    assert {hit.lexical_rank for hit in answer.items} == {None}
    assert answer.items[0].score == pytest.approx(1, abs=0.01)
    assert answer.items[1].score == pytest.approx(0.5**0.5, abs=0.01)
    assert answer.mode is VECTOR


def test_both_find_what_only_one_knows_and_that_comes_first_which_both_know(
    searcher: Searcher, library: Library
) -> None:
    answer = searcher.search(library, "water flour", collection="default", limit=9)
    assert answer.mode is HYBRID
    first = answer.items[0]
    assert (first.uri, first.lexical_rank, first.vector_rank) == ("water.txt", 1, 1)
    bare = next(hit for hit in answer.items if hit.uri == "bare.txt")
    assert bare.lexical_rank is not None
    assert bare.vector_rank is None
    assert {"stone.txt", "mill.txt"} <= set(uris(answer.items))


def test_a_document_with_the_query_as_its_title_comes_first_all_the_same(
    searcher: Searcher, stores: Stores, model: Path
) -> None:
    with stores.library() as library:
        library.commit([embedded(model, "t.txt", "rye", title="Water", collection="titles")])
        other = embedded(model, "u.txt", "water water", "water", collection="titles")
        library.commit([other])
        answer = searcher.search(library, "water", collection="titles", limit=3, mode=HYBRID)
    assert answer.items[0].uri == "t.txt"


def test_filters_and_collections_are_kept_by_hits_of_meaning(
    searcher: Searcher, library: Library
) -> None:
    find = searcher.search
    everything = find(library, "water", collection=None, limit=50, mode=VECTOR)
    assert "theirs.txt" in uris(everything.items)
    own = find(library, "water", collection="default", limit=50, mode=VECTOR)
    assert "theirs.txt" not in uris(own.items)
    theirs = find(library, "water", collection="theirs", limit=50, mode=VECTOR)
    assert uris(theirs.items) == ["theirs.txt"]
    where = parsed("uri ~ m*")
    some = find(library, "water", collection="default", limit=50, mode=HYBRID, where=where)
    assert uris(some.items) == ["mill.txt"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("water -flour", ["water.txt", "mill.txt", "stone.txt"]),
        ('water -"water mill" -flour', ["mill.txt", "stone.txt"]),
        ("water title:absent", []),
    ],
)
def test_what_must_not_or_must_be_there_counts_for_meaning_as_well(
    searcher: Searcher, library: Library, query: str, found: list[str]
) -> None:
    answer = searcher.search(library, query, collection="default", limit=50, mode=VECTOR)
    assert uris(answer.items) == found


def test_a_query_of_no_words_is_refused_in_every_mode(searcher: Searcher, library: Library) -> None:
    for mode in (None, *SearchMode):
        with pytest.raises(InvalidQuery):
            searcher.search(library, "-water", collection="default", limit=5, mode=mode)


def test_by_words_nothing_has_changed(searcher: Searcher, library: Library) -> None:
    answer = searcher.search(library, "water", collection="default", limit=9, mode=LEXICAL)
    assert answer == library.search_answer("water", collection="default", limit=9)
    without = searcher.search(library, "rye", collection="bare", limit=9)
    assert without == library.search_answer("rye", collection="bare", limit=9)


@pytest.mark.parametrize("mode", [VECTOR, HYBRID])
def test_a_mode_that_cannot_be_served_is_a_problem_and_no_empty_answer(
    searcher: Searcher, library: Library, mode: SearchMode
) -> None:
    with pytest.raises(ModeUnavailable, match="gristmill embed --collection bare"):
        searcher.search(library, "water", collection="bare", limit=5, mode=mode)
    with pytest.raises(ModeUnavailable, match="'nothing' has no vectors"):
        searcher.search(library, "water", collection="nothing", limit=5, mode=mode)


def test_without_the_model_words_are_searched_and_it_is_said(
    stores: Stores, library: Library, tmp_path: Path
) -> None:
    unknown = Searcher(stores.folder.root, Settings())
    answer = unknown.search(library, "water", collection="default", limit=9)
    assert answer.mode is LEXICAL
    assert "embed_models" in answer.notes[-1]
    assert unknown.pid is None
    with pytest.raises(ModeUnavailable, match="embed_models"):
        unknown.search(library, "water", collection="default", limit=9, mode=VECTOR)


def test_another_model_of_the_same_name_is_told_apart(
    stores: Stores, library: Library, tmp_path: Path
) -> None:
    other = make_static_model(tmp_path / "other", normalise=False)
    searcher = Searcher(stores.folder.root, settings_of(other))
    try:
        with pytest.raises(ModeUnavailable, match="another one than the vectors are of"):
            searcher.search(library, "water", collection="default", limit=9, mode=VECTOR)
        answer = searcher.search(library, "water", collection="default", limit=9)
        assert (answer.mode, len(answer.notes)) == (LEXICAL, 1)
    finally:
        searcher.close()


def test_what_is_committed_or_deleted_is_known_to_the_next_search(
    searcher: Searcher, stores: Stores, model: Path
) -> None:
    with stores.library() as library:
        for turn in range(5):
            library.commit([embedded(model, "new.txt", f"bread bread {turn}", collection="new")])
            answer = searcher.search(library, "bread", collection="new", limit=9, mode=VECTOR)
            assert [hit.text for hit in answer.items] == [f"bread bread {turn}"]
        library.delete_document(document_id("new", "new.txt"))
        with pytest.raises(ModeUnavailable):
            searcher.search(library, "bread", collection="new", limit=9, mode=VECTOR)


def test_what_goes_between_the_two_looks_is_left_out(
    searcher: Searcher, stores: Stores, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the nearest and their texts the document is replaced, in the same chunk ids."""
    with stores.library() as library:
        library.commit([embedded(model, "z.txt", "bread", collection="own")])
        ask = Searcher._ask

        def and_then_it_goes(self: Searcher, make: object) -> object:
            found = ask(self, make)  # type: ignore[arg-type]
            library.delete_document(document_id("own", "z.txt"))
            library.commit([embedded(model, "s.txt", "bread secret", collection="other")])
            return found

        monkeypatch.setattr(Searcher, "_ask", and_then_it_goes)
        answer = searcher.search(library, "bread", collection="own", limit=9, mode=VECTOR)
        assert answer.items == []


def test_a_killed_process_is_started_again_and_its_question_is_told_so(
    searcher: Searcher, library: Library
) -> None:
    searcher.search(library, "water", collection="default", limit=3, mode=VECTOR)
    first = searcher.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    until(lambda: searcher.pid != first, "the process to end")
    answer = searcher.search(library, "water", collection="default", limit=3, mode=VECTOR)
    assert uris(answer.items) == ["water.txt", "water.txt", "mill.txt"]
    assert searcher.pid not in (None, first)


@pytest.mark.slow
def test_a_process_that_nobody_asks_ends(stores: Stores, library: Library, model: Path) -> None:
    searcher = Searcher(stores.folder.root, settings_of(model, semantic_idle_s=0.2))
    searcher.search(library, "water", collection="default", limit=3, mode=VECTOR)
    child = searcher._process
    assert child is not None
    until(lambda: not psutil.pid_exists(child.pid), "the process to end")
    assert not child.has_failed
    answer = searcher.search(library, "water", collection="default", limit=3, mode=VECTOR)
    assert len(answer.items) == 3
    searcher.close()
    assert searcher.pid is None


@pytest.mark.parametrize(
    "program",
    [
        "import time; time.sleep(600)",
        "import os; os.read(0, 1); os.close(0); import time; time.sleep(600)",
    ],
)
def test_a_process_that_hangs_costs_a_question_its_deadline_and_is_ended(
    stores: Stores,
    library: Library,
    model: Path,
    program: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process.VectorProcess.__init__, "__defaults__", (process.PROGRAM, 0.5))
    settings = settings_of(model, read_timeout_s=0.1)
    searcher = Searcher(stores.folder.root, settings, ("-c", program))
    with pytest.raises(SemanticSearchBusy, match=r"0\.1 s"):
        searcher.search(library, "water", collection="default", limit=3, mode=VECTOR)
    child = searcher._process
    assert child is not None
    until(lambda: not psutil.pid_exists(child.pid), "the process to end")
    assert child.has_failed


def test_whoever_comes_while_it_stands_still_does_not_wait_as_well(
    stores: Stores, library: Library, model: Path
) -> None:
    """The model may be with a service that sends a byte now and then."""
    settings = settings_of(model, read_timeout_s=2.0)
    searcher = Searcher(stores.folder.root, settings, ("-c", "import time; time.sleep(600)"))
    took = list[float]()
    for _ in range(3):
        began = time.monotonic()
        answer = searcher.search(library, "water", collection="default", limit=3)
        took.append(time.monotonic() - began)
        assert answer.mode is LEXICAL and len(answer.items) > 0
        assert "no answer in 2 s" in answer.notes[-1]
    assert max(took[1:]) < took[0] / 2, took
    searcher.close()


@pytest.mark.parametrize(
    "program",
    [
        "import sys; sys.exit(3)",
        "import os; os.write(1, b'\\xff' * 99)",
        # A whole frame that is no answer.
        "import os, time; os.write(1, b'\\0\\0\\0\\1\\xc1'); time.sleep(600)",
        "import os; os.abort()",
    ],
)
def test_a_process_that_keeps_dying_is_left_alone_for_a_while(
    stores: Stores, library: Library, model: Path, program: str
) -> None:
    searcher = Searcher(stores.folder.root, settings_of(model), ("-c", program))
    for _ in range(4):
        with pytest.raises(SemanticSearchBusy):
            searcher.search(library, "water", collection="default", limit=3, mode=VECTOR)
        until(lambda: searcher.pid is None, "the process to end")
    assert searcher._process is None
    answer = searcher.search(library, "water", collection="default", limit=3)
    assert answer.mode is LEXICAL
    assert "keeps dying" in answer.notes[-1]
    searcher.close()


def test_the_first_hits_are_ranked_again_by_a_cross_encoder(
    stores: Stores, library: Library, model: Path, tmp_path: Path
) -> None:
    place = make_cross_encoder(tmp_path / "cross")
    settings = settings_of(model, rerank_model=str(place), rerank_hits=3)
    searcher = Searcher(stores.folder.root, settings)
    try:
        answer = searcher.search(library, "water", collection="default", limit=4, mode=VECTOR)
        # The tiny one likes what is long.
        lengths = [len(hit.text.split()) for hit in answer.items[:3]]
        assert lengths == sorted(lengths, reverse=True)
        assert [hit.rerank_score for hit in answer.items[:3]] == lengths
        assert answer.items[3].rerank_score is None
        assert len(searcher.search(library, "water", collection="default", limit=1).items) == 1
    finally:
        searcher.close()


def test_a_cross_encoder_that_is_not_there_is_said_and_the_order_stays(
    stores: Stores, library: Library, model: Path, tmp_path: Path
) -> None:
    settings = settings_of(model, rerank_model=str(tmp_path / "gone"))
    searcher = Searcher(stores.folder.root, settings)
    try:
        answer = searcher.search(library, "water", collection="default", limit=4, mode=VECTOR)
        assert uris(answer.items)[:2] == ["water.txt", "water.txt"]
        assert "not ranked again" in answer.notes[-1]
    finally:
        searcher.close()


def test_whoever_asks_imports_nothing_heavy() -> None:
    look = (
        "import sys; import gristmill.server.services, gristmill.pool.handle\n"
        "import gristmill.server.app\n"
        "from gristmill.pool.vector_search import Searcher\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"numpy", "onnxruntime", "tokenizers", "usearch", "semantic_text_splitter"}


def test_what_is_not_installed_is_named_with_its_extra(
    stores: Stores, library: Library, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gristmill.pool.vector_search.searcher.find_spec", lambda name: None)
    searcher = Searcher(stores.folder.root, settings_of(model))
    with pytest.raises(ModeUnavailable, match=r"numpy is not installed.*gristmill\[semantic\]"):
        searcher.search(library, "water", collection="default", limit=3, mode=VECTOR)
    assert searcher.search(library, "water", collection="default", limit=3).mode is LEXICAL
    assert searcher.pid is None


@pytest.mark.slow
def test_one_that_came_to_its_end_as_it_was_asked_is_followed_by_another(
    stores: Stores, library: Library, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searcher = Searcher(stores.folder.root, settings_of(model))
    running, ended = searcher._running, searcher._running()
    ended.end()
    found = [ended]
    monkeypatch.setattr(searcher, "_running", lambda: found.pop() if found else running())
    answer = searcher.search(library, "water", collection="default", limit=3, mode=VECTOR)
    assert len(answer.items) == 3
    assert found == []
    searcher.close()
