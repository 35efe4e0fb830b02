"""All clients of a storm at once."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.storm.batches import send_batches
from benchmarks.storm.books import Books
from benchmarks.storm.clients import (
    Client,
    meddle,
    repeat_keys,
    send_folders,
    send_texts,
    send_uploads,
    watch,
)
from benchmarks.storm.target import Target


class Load:
    """All clients, each in its thread."""

    def __init__(self, target: Target, seed: int, books: Books, folders: Sequence[Path]) -> None:
        self._stop = threading.Event()
        acts: dict[str, Callable[[Client], None]] = {
            "texts-1": send_texts,
            "texts-2": send_texts,
            "batches": send_batches,
            "folders": send_folders(folders),
            "uploads": send_uploads,
            "keys": repeat_keys,
            "meddler": meddle,
            "watcher": watch,
        }
        self._threads = [
            threading.Thread(
                target=Client(target, name, seed, books, self._stop).work, args=(act,), daemon=True
            )
            for name, act in acts.items()
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Begin nothing new; wait until each client knows what became of what it submitted."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
