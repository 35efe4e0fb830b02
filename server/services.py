"""What the resources of one web process share."""

import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from msgspec import structs

from gristmill.pool.bulk.choosing import Chooser
from gristmill.pool.bulk.keeper import BulkKeeper
from gristmill.pool.catalogue.keeper import CatalogueKeeper
from gristmill.pool.catalogue.refreshing import Refresher
from gristmill.pool.client import PoolClient
from gristmill.pool.decoding import Decoding
from gristmill.pool.intake import Intake, Room
from gristmill.pool.long_reads import LongReads, SteadyLibrary
from gristmill.pool.mirrors.keeper import MirrorKeeper
from gristmill.pool.page_images import PageImages
from gristmill.pool.vector_search import Searcher
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.ids import is_job_id
from gristmill.schemas.jobs.manifest import Counts, Manifest
from gristmill.schemas.problems.errors import JobNotFound, StorageFailed
from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.schemas.views import JobView
from gristmill.schemas.webhooks import view_of
from gristmill.server.access.gate import Gate
from gristmill.server.events.feed import Feed
from gristmill.server.events.places import Places
from gristmill.server.events.reporter import Reporter
from gristmill.server.job_views import job_view
from gristmill.server.lately import Lately
from gristmill.server.overviews import Overviews
from gristmill.server.readers import Readers
from gristmill.server.waiting import WaitingRoom
from gristmill.storage.library import Library, TimedLibrary
from gristmill.storage.manifests import LEFT_OUT, Manifests
from gristmill.storage.records.meters import Meter
from gristmill.storage.spool import Spool
from gristmill.storage.stores import Stores

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """The parts behind the HTTP layer. `stopping` is set once this process shall end: whatever
    waits then answers at once."""

    stores: Stores
    settings: Settings
    client: PoolClient
    intake: Intake
    gate: Gate
    stopping: threading.Event
    meter: Meter
    """What this process counts."""
    waiting: WaitingRoom = field(init=False)
    """Where long polls wait."""
    page_images: PageImages = field(init=False)
    decoding: Decoding = field(init=False)
    long_reads: LongReads = field(init=False)
    searcher: Searcher = field(init=False)

    overviews: Overviews = field(init=False)
    feed: Feed = field(init=False)
    """What brings events to the streams of this process."""
    places: Places = field(init=False)
    lately: Lately = field(default_factory=Lately)

    def __post_init__(self) -> None:
        # No cached property: two threads that come first at once would each make a room.
        room = WaitingRoom(max(1, self.settings.web_threads // 2), self.stopping)
        object.__setattr__(self, "waiting", room)
        object.__setattr__(self, "page_images", PageImages())
        object.__setattr__(self, "decoding", Decoding(self.settings))
        long_reads = LongReads(self.stores.folder.root, self.settings.read_timeout_s)
        object.__setattr__(self, "long_reads", long_reads)
        overviews = Overviews(self.client, self.room, lambda: self.library)
        object.__setattr__(self, "overviews", overviews)
        reporter = Reporter(self.manifests, lambda: self.library)
        object.__setattr__(self, "feed", Feed(self.client, reporter, self.stopping))
        object.__setattr__(self, "places", Places(self.settings))
        searcher = Searcher(self.stores.folder.root, self.settings)
        object.__setattr__(self, "searcher", searcher)

    @property
    def manifests(self) -> Manifests:
        return self.stores.manifests

    @cached_property
    def room(self) -> Room:
        return Room(self.stores.folder.root, self.settings)

    @property
    def spool(self) -> Spool:
        return self.stores.spool

    @cached_property
    def catalogue(self) -> CatalogueKeeper:
        return CatalogueKeeper(self.stores, self.settings, self.client)

    @cached_property
    def bulk(self) -> BulkKeeper:
        return BulkKeeper(self.stores, self.client)

    @cached_property
    def mirrors(self) -> MirrorKeeper:
        return MirrorKeeper(self.stores, self.settings)

    @cached_property
    def chooser(self) -> Chooser:
        return Chooser(self.stores)

    @cached_property
    def refresh(self) -> Refresher:
        return Refresher(self.stores, self.settings, self.client, self.intake)

    @cached_property
    def readers(self) -> Readers:
        return Readers(self.stores, self.settings.read_timeout_s)

    @property
    def library(self) -> TimedLibrary:
        """The calling thread's read-only library."""
        return self.readers.current()

    @property
    def steady_library(self) -> Library:
        """The same for whatever may take long: that takes no thread's time from others."""
        return cast("Library", SteadyLibrary(self.library, self.long_reads))

    def manifest(self, job_id: str) -> Manifest:
        """The manifest of a job, from disk. Raises JobNotFound."""
        manifest = self.manifests.read(job_id) if is_job_id(job_id) else None
        if manifest is None and not self.stores.folder.root.is_dir():
            raise StorageFailed(f"the data folder {self.stores.folder.root} is gone")
        if manifest is None:
            raise JobNotFound(f"there is no job {job_id!r}")
        return manifest

    def listed(self, job_ids: Iterable[str]) -> Iterator[Manifest]:
        """The manifests of some jobs; those that are gone or unreadable are left out, so that one
        broken file never hides every other job."""
        for job_id in job_ids:
            try:
                manifest = self.manifests.read(job_id)
            except LEFT_OUT as error:
                logger.warning("job %s is left out of a list: %s", job_id, error.message)
                continue
            if manifest is not None:
                yield manifest

    def view(self, manifest: Manifest) -> JobView:
        """A job as users see it, with live counts while it has not ended."""
        if manifest.state.terminal:
            return job_view(manifest, root=self.settings.root_path)
        return job_view(manifest, self._live_counts(manifest), self.settings.root_path)

    def with_webhook(self, job: JobView, run: int) -> JobView:
        """A job that has ended, with what became of telling its receiver."""
        delivery = self.stores.deliveries.find(job.job_id, run)
        return job if delivery is None else structs.replace(job, webhook=view_of(delivery))

    def _live_counts(self, manifest: Manifest) -> Counts:
        # A small job has no plan: its ledger grows as its documents end, so until then the
        # manifest knows more.
        try:
            live = self.library.counts(manifest.job_id)
        except LibraryDamaged:
            # What the manifest says is sound, and that the job waits is all there is to say.
            return manifest.counts
        return live if live.total >= manifest.counts.total else manifest.counts
