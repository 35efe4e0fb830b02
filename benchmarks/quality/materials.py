"""Where the documents and the truth are: shared ones beside the repository, or our examples."""

import gzip
import importlib.util
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

_ROOT = Path(__file__).parents[2]


class Materials(NamedTuple):
    """`corpus` and `score` are None where they are not there; the examples always are."""

    examples: Path
    corpus: Path | None
    score: Path | None

    @property
    def documents(self) -> Path:
        """The most that there is."""
        return self.corpus or self.examples

    def has(self, name: str) -> bool:
        return getattr(self, name) is not None

    @property
    def folder(self) -> Path:
        """The corpus. Only for sections that need it."""
        if self.corpus is None:
            raise FileNotFoundError("the shared corpus is not there")
        return self.corpus

    def scorer(self, name: str = "html_f1") -> ModuleType:
        """A shared scorer, loaded from where it is; without a name, that of HTML."""
        if self.score is None:
            raise FileNotFoundError("the shared scorer is not there")
        spec = importlib.util.spec_from_file_location(name, self.score / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def materials(shared: Path | None = None) -> Materials:
    """Those below `shared`; without it, below the folder `shared` beside the repository."""
    base = (shared or _ROOT.parent / "shared").resolve()
    corpus, score = base / "corpus", base / "score"
    return Materials(
        _ROOT / "examples" / "documents",
        corpus if corpus.is_dir() else None,
        score if (score / "html_f1.py").is_file() else None,
    )


def files_below(folder: Path, suffixes: Iterable[str] = ()) -> list[Path]:
    """All files, sorted; with `suffixes` only those that end so, in any case."""
    wanted = tuple(suffixes)
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and (not wanted or path.name.lower().endswith(wanted))
    )


def unpacked(path: Path) -> tuple[str, bytes]:
    """A document's name and bytes; of a gzip file those of what is in it."""
    data = path.read_bytes()
    return (path.stem, gzip.decompress(data)) if path.suffix == ".gz" else (path.name, data)
