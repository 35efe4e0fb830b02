"""Engines over the same texts: what each needs to be built, and how it is asked."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.harness.contest import Skipped
from benchmarks.search.building import TEAMS, build
from benchmarks.search.made_up_texts import CHUNKS_EACH, Texts
from gristmill.schemas.filters import parsed
from gristmill.storage.library import Library

LIMIT = 10
Ask = Callable[[str, int | None], list[int]]
"""From words, and the team that a filter is for, to numbers of documents, the best first."""
_WORD = re.compile(r"\w+")
_HEAP_BYTES = 200_000_000


class Engine(NamedTuple):
    """`opened` builds what is not there yet, in a folder of its own."""

    name: str
    opened: Callable[[Path, Texts, int], Ask]


def team_of(document: int) -> str:
    return f"team-{document % TEAMS}"


def _gristmill(folder: Path, texts: Texts, chunks: int) -> Ask:
    path = folder / "library.db"
    if not path.exists():
        build(path, texts, chunks)
    library = Library.open(path, readonly=True)
    filters = [parsed(f"metadata.team = team-{number}") for number in range(TEAMS)]

    def ask(query: str, team: int | None) -> list[int]:
        where = None if team is None else filters[team]
        hits = library.search(query, collection=None, limit=LIMIT, where=where)
        return [int(hit.uri.rpartition("/")[2]) for hit in hits]

    return ask


def _bare_fts5(folder: Path, texts: Texts, chunks: int) -> Ask:
    path = folder / "bare.db"
    there = path.exists()
    db = sqlite3.connect(path, isolation_level=None)
    if not there:
        db.execute("CREATE VIRTUAL TABLE f USING fts5(title, text, tokenize='porter unicode61')")
        db.execute("BEGIN")
        rows = ((row + 1, title, text) for row, title, text in _rows(texts, chunks))
        db.executemany("INSERT INTO f(rowid, title, text) VALUES(?, ?, ?)", rows)
        db.execute("COMMIT")
    of_team = f"AND (rowid - 1) / {CHUNKS_EACH} % {TEAMS} = ?"

    def ask(query: str, team: int | None) -> list[int]:
        words = " OR ".join(f'"{word}"' for word in query.split())
        also, given = ("", ()) if team is None else (of_team, (team,))
        sql = f"SELECT rowid - 1 FROM f WHERE f MATCH ? {also} ORDER BY bm25(f) LIMIT {LIMIT}"
        return [row // CHUNKS_EACH for (row,) in db.execute(sql, (words, *given))]

    return ask


def _tantivy(folder: Path, texts: Texts, chunks: int) -> Ask:
    tantivy: Any = _module("tantivy")
    schema = tantivy.SchemaBuilder()
    schema.add_unsigned_field("row", stored=True)
    schema.add_text_field("title", tokenizer_name="en_stem")
    schema.add_text_field("text", tokenizer_name="en_stem")
    schema.add_text_field("team", tokenizer_name="raw")
    index = tantivy.Index(schema.build(), path=str(folder))
    if not any(folder.glob("*.idx")):
        writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        for row, title, text in _rows(texts, chunks):
            document = tantivy.Document()
            document.add_unsigned("row", row)
            document.add_text("title", title)
            document.add_text("text", text)
            document.add_text("team", team_of(row // CHUNKS_EACH))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
    searcher = index.searcher()

    def ask(query: str, team: int | None) -> list[int]:
        wanted = index.parse_query(query, ["title", "text"])
        if team is not None:
            only = tantivy.Query.term_query(index.schema, "team", team_of(team))
            both = [(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, only)]
            wanted = tantivy.Query.boolean_query(both)
        hits = searcher.search(wanted, LIMIT, count=False).hits
        return [searcher.doc(place)["row"][0] // CHUNKS_EACH for _, place in hits]

    return ask


def _bm25s(folder: Path, texts: Texts, chunks: int) -> Ask:
    bm25s: Any = _module("bm25s")
    if not any(folder.iterdir()):
        stems = _Stems()
        numbers: dict[str, int] = {}
        ids = [
            [numbers.setdefault(stem, len(numbers)) for stem in stems(f"{title} {text}")]
            for _, title, text in _rows(texts, chunks)
        ]
        retriever = bm25s.BM25()
        retriever.index(bm25s.tokenization.Tokenized(ids, numbers), show_progress=False)
        retriever.save(str(folder))
    retriever = bm25s.BM25.load(str(folder), mmap=True)
    stems = _Stems()

    def ask(query: str, team: int | None) -> list[int]:
        if team is not None:
            raise Skipped("bm25s has no filters but a weight for each chunk")
        found, _ = retriever.retrieve([list(stems(query))], k=LIMIT, show_progress=False)
        return [int(row) // CHUNKS_EACH for row in found[0]]

    return ask


class _Stems:
    def __init__(self) -> None:
        from Stemmer import Stemmer

        self._stemmer = Stemmer("porter")

    def __call__(self, text: str) -> Iterator[str]:
        yield from self._stemmer.stemWords(_WORD.findall(text.lower()))


def _rows(texts: Texts, chunks: int) -> Iterator[tuple[int, str, str]]:
    for made in texts.documents(chunks):
        for number, text in enumerate(made.chunks):
            yield made.number * CHUNKS_EACH + number, made.title, text


def _module(name: str) -> Any:
    try:
        return __import__(name)
    except ImportError:
        raise Skipped(f"{name} is not installed: pip install 'gristmill[bench]'") from None


ENGINES = (
    Engine("gristmill", _gristmill),
    Engine("bare FTS5", _bare_fts5),
    Engine("tantivy", _tantivy),
    Engine("bm25s", _bm25s),
)
