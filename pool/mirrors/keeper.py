"""Mirrors as they are asked for: made, looked at, run, paused, removed."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from gristmill.pool.mirrors.permission import folder_and_root
from gristmill.pool.mirrors.watching import can_watch
from gristmill.schemas.collections_told import near_names
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.mirrors import MirrorRequest, MirrorSpec, MirrorView, view_of
from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.schemas.problems.mirror_errors import (
    MirrorExists,
    MirrorNotFound,
    WatchUnavailable,
)
from gristmill.storage.stores import Stores

Within = tuple[str, ...] | None
"""The collections of whoever asks; None: all."""


class MirrorKeeper:
    """For whoever may ingest into the collections: it asks nobody for a key. Thread-safe. Methods
    raise MirrorNotFound, also for one of collections of others, and OSError."""

    def __init__(self, stores: Stores, settings: Settings) -> None:
        self._mirrors, self._settings = stores.mirrors, settings

    def add(
        self, wanted: MirrorRequest, *, trusted: bool = False, by: str | None = None
    ) -> MirrorView:
        """Keep a folder in step from now on; the first run comes at once. A `trusted` caller may
        name any folder. Raises MirrorExists, WatchUnavailable, PathForbidden, PathNotFound,
        InvalidRequest."""
        if wanted.watch and not can_watch():
            raise WatchUnavailable(
                "the package watchfiles is not installed: pip install 'gristmill[watch]', or "
                "compare at intervals instead"
            )
        path, root = folder_and_root(wanted.path, self._settings, trusted=trusted)
        _expect_texts(wanted)
        now = datetime.now(UTC)
        asked = msgspec.structs.asdict(wanted) | {"path": path}
        spec = MirrorSpec(
            **asked, root=root, trusted=trusted, created_at=now, known_since=now, created_by=by
        )
        self._expect_free(spec)

        def make(there: MirrorSpec | None) -> MirrorSpec:
            if there is not None:
                raise MirrorExists(f"there is a mirror {spec.name!r} already; choose another name")
            return spec

        self._mirrors.change(spec.name, make)
        self._mirrors.ask(spec.name, confirmed=False)
        return self._view(spec)

    def find(self, name: str, within: Within = None) -> MirrorView:
        return self._view(self._found(name, within))

    def all_of(self, within: Within = None, after: str | None = None) -> list[MirrorView]:
        """Those after a name, by name."""
        names = [name for name in self._mirrors.names() if after is None or name > after]
        specs = [spec for name in names if (spec := self._mirrors.find(name)) is not None]
        return [self._view(s) for s in specs if within is None or s.collection in within]

    def run(self, name: str, within: Within = None, *, confirm_gone: bool = False) -> MirrorView:
        """Have it compared soon. `confirm_gone`: what is gone is meant to be. Raises
        InvalidRequest where it is paused."""
        spec = self._found(name, within)
        if spec.paused:
            raise InvalidRequest(f"the mirror {name!r} is paused; resume it first")
        self._mirrors.ask(name, confirmed=confirm_gone)
        return self._view(spec)

    def pause(self, name: str, within: Within = None, *, paused: bool = True) -> MirrorView:
        """Do nothing for it until it is resumed; a run that goes on is broken off."""
        return self._changed(name, within, lambda s: msgspec.structs.replace(s, paused=paused))

    def remove(self, name: str, within: Within = None) -> None:
        """Forget it; the documents that it has brought stay."""
        self._found(name, within)
        self._mirrors.change(name, lambda there: None)

    def follow_rename(self, old: str, new: str) -> None:
        """A collection has another name: its mirrors are of that one, and compare anew."""
        for each in self.all_of((old,)):
            self._changed(
                each.name,
                None,
                lambda s: msgspec.structs.replace(s, collection=new, known_since=datetime.now(UTC)),
            )

    def follow_deletion(self, collection: str) -> None:
        """A collection is deleted: its mirrors must not bring it back."""
        for each in self.all_of((collection,)):
            self._changed(
                each.name,
                None,
                lambda s: msgspec.structs.replace(s, paused=True, known_since=datetime.now(UTC)),
            )

    def _changed(
        self, name: str, within: Within, change: Callable[[MirrorSpec], MirrorSpec]
    ) -> MirrorView:
        self._found(name, within)
        changed: list[MirrorSpec] = []

        def make(there: MirrorSpec | None) -> MirrorSpec:
            if there is None:
                raise MirrorNotFound(f"there is no mirror {name!r}")
            changed.append(change(there))
            return changed[0]

        self._mirrors.change(name, make)
        return self._view(changed[0])

    def _found(self, name: str, within: Within) -> MirrorSpec:
        spec = self._mirrors.find(name)
        if spec is None or not (within is None or spec.collection in within):
            near = near_names(name, [each.name for each in self.all_of(within)])
            hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
            raise MirrorNotFound(f"there is no mirror {name!r}{hint}", did_you_mean=near)
        return spec

    def _expect_free(self, spec: MirrorSpec) -> None:
        """Of files with the same content a collection keeps one document: two mirrors in one would
        not know of each other's."""
        for each in self.all_of((spec.collection,)):
            if each.name != spec.name:
                raise MirrorExists(
                    f"the mirror {each.name!r} keeps {each.path} in the collection "
                    f"{spec.collection!r} already; choose another collection"
                )

    def _view(self, spec: MirrorSpec) -> MirrorView:
        asked = self._mirrors.is_asked(spec.name)
        return view_of(spec, self._mirrors.status(spec), asked=asked)


def _expect_texts(wanted: MirrorRequest) -> None:
    try:
        msgspec.json.encode(wanted)
    except UnicodeEncodeError:
        raise InvalidRequest("a name or a glob of the mirror is no valid text") from None
