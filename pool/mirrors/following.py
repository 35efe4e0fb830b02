"""Documents follow their files: they get another uri, or are taken out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath

from gristmill.schemas.ids import document_id
from gristmill.schemas.mirrors import Delete, MirrorSpec
from gristmill.schemas.outcomes.results import MEMBER_MARK
from gristmill.schemas.trash import Discarded
from gristmill.storage.disk.reserve import with_reserve
from gristmill.storage.library import KnownFiles, Library
from gristmill.storage.mirrors.files import Known, Seen
from gristmill.storage.stores import Stores

_AT_ONCE = 50
"""Documents in one transaction: others wait as long as for a large document."""


def uri_of(spec: MirrorSpec, path: str) -> str:
    """The uri of a file of a mirror: where it is."""
    return str(Path(spec.path, path))


class Follower:
    """Of one mirror. Raises OSError, LibraryTrouble: what is not done then is done at the next
    run. The library goes first, and what is known follows. Without a trash, what is taken out
    is gone for good."""

    def __init__(
        self, stores: Stores, spec: MirrorSpec, known: KnownFiles, *, has_trash: bool = False
    ) -> None:
        self._stores, self._spec, self._known = stores, spec, known
        self._trash = Discarded(spec.name) if has_trash else None

    def begin(self, started_at: datetime) -> None:
        """What is taken out from now on is taken out by the run that began then."""
        if self._trash is not None:
            self._trash = self._trash._replace(run_us=round(started_at.timestamp() * 1_000_000))

    def expect(self) -> int:
        """What the collection holds from below the folder already counts as known; returns how
        many files that are."""
        front = uri_of(self._spec, "")
        front = front if front.endswith("/") else f"{front}/"
        paths: dict[str, bool] = {}
        with self._stores.library(readonly=True) as library:
            for place in library.places_below(self._spec.collection, front):
                path, mark, _ = place.uri.removeprefix(front).partition(MEMBER_MARK)
                paths[path] = bool(mark) or paths.get(path, False)
        self._known.expect(paths)
        return len(paths)

    def moved(self, moves: Sequence[tuple[Known, Seen]]) -> int:
        """Files that are elsewhere now: their documents follow; returns how many did. One whose new
        place has a document already is read there instead."""
        return sum(
            self._some_moved(moves[start : start + _AT_ONCE])
            for start in range(0, len(moves), _AT_ONCE)
        )

    def _some_moved(self, moves: Sequence[tuple[Known, Seen]]) -> int:
        pairs = [(uri_of(self._spec, o.path), uri_of(self._spec, n.path)) for o, n in moves]
        with self._stores.library() as library:
            for old, new in moves:
                pairs += self._inside(library, old.path, new.path) if old.inside else ()
            ids = self._move(library, pairs)
        done = 0
        for old, new in moves:
            own = self._id(old.path)
            left = list(self.inside(old.path).values()) if old.inside else []
            self.take_out(left)
            if own in ids or old.inside or self._known.refers(old.path):
                again = bool(left)
                self._known.rename([(old.path, old.at(new, again=again))])
                self._known.refer(own, self._id(new.path), new.path)
                done += 1
            else:
                # It has no document, or another one is in the way: reading tells.
                self._known.note([(old._replace(inode=0, again=True), ())])
        for before, after in ids.items():
            self._known.refer(before, after, "")
        return done

    def gone(self, files: Iterable[Known]) -> tuple[int, list[str]]:
        """Files that are gone: where another one has the same content, it takes the document over
        (returned by path); else, where the mirror says so, that is taken out. Returns how many
        files were."""
        files = list(files)
        paths = {each.path for each in files}
        heirs, removed = [], 0
        for file in files:
            heir = self._bequeathed(file, paths)
            if heir is not None:
                heirs.append(heir)
            elif self._spec.delete is Delete.REMOVE:
                self.take_out(self._documents(file))
                self._known.forget([file.path])
                removed += 1
        return removed, heirs

    def take_out(self, document_ids: Sequence[str]) -> None:
        """Remove documents; files whose content they had as well are to be read again."""
        for start in range(0, len(document_ids), _AT_ONCE):
            some = document_ids[start : start + _AT_ONCE]
            # First: a crash in between costs a look at them, and never their content.
            self._known.read_again(some)

            def remove(ids: Sequence[str] = some) -> list[str]:
                with self._stores.library() as library:
                    return library.remove_documents(ids, self._trash)

            gone = with_reserve(self._stores.folder.root, remove)
            if self._trash is None:
                for each in gone:
                    self._stores.originals.drop(each)

    def inside(self, path: str) -> dict[str, str]:
        """The documents that were found inside of a file: ids by uri."""
        uri = uri_of(self._spec, path) + MEMBER_MARK
        with self._stores.library(readonly=True) as library:
            return {p.uri: p.document_id for p in library.places_below(self._spec.collection, uri)}

    def _bequeathed(self, file: Known, gone: set[str]) -> str | None:
        """The file that has taken over the document of one that is gone."""
        old = self._id(file.path)
        for path in self._known.referring(old):
            if path in gone or _suffix(path) != _suffix(file.path) or file.inside:
                continue
            pair = (uri_of(self._spec, file.path), uri_of(self._spec, path))
            with self._stores.library() as library:
                moved = self._move(library, [pair])
            if moved:
                self._known.refer(old, self._id(path), path)
                self._known.forget([file.path])
                return path
        return None

    def _documents(self, file: Known) -> list[str]:
        inside = list(self.inside(file.path).values()) if file.inside else []
        return [self._id(file.path), *inside]

    def _inside(self, library: Library, old: str, new: str) -> list[tuple[str, str]]:
        front, to = uri_of(self._spec, old), uri_of(self._spec, new)
        found = library.places_below(self._spec.collection, front + MEMBER_MARK)
        return [(place.uri, to + place.uri.removeprefix(front)) for place in found]

    def _move(self, library: Library, pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
        link = self._stores.originals.link_all
        moved = library.move_documents(self._spec.collection, pairs, link)
        return {each.old: each.new for each in moved}

    def _id(self, path: str) -> str:
        return document_id(self._spec.collection, uri_of(self._spec, path))


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()
