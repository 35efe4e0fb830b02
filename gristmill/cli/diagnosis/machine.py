"""What the machine has: programs, the kernel's locks, memory."""

import sys
from collections.abc import Iterator

from gristmill.cli.diagnosis.verdicts import Look, Verdict, well
from gristmill.cli.terminal.phrases import number_of, size
from gristmill.pipeline.tesseract.installed import installed
from gristmill.pipeline.unpacking import foreign
from gristmill.pool.processes.machine import available_memory, worker_count
from gristmill.pool.worker.confined import landlock
from gristmill.schemas.configuration.settings import Settings

_MIB = 1024 * 1024


def look_at_machine(settings: Settings) -> Iterator[Look]:
    """Tesseract, libarchive, Landlock, CPUs and memory."""
    yield _tesseract()
    yield _libarchive()
    yield _landlock(settings)
    yield _memory(settings)


def _tesseract() -> Look:
    found = installed()
    if found is None:
        advice = "apt install tesseract-ocr, or pip install 'gristmill[ocr]'"
        return Look("tesseract", Verdict.MISSING, "not found; only rapidocr can read scans", advice)
    if not found.languages:
        advice = "apt install tesseract-ocr-eng"
        return Look("tesseract", Verdict.WARNING, f"{found.version}, without a language", advice)
    turns = ", turns pages" if found.turns else ""
    return well("tesseract", f"{found.version}: {', '.join(found.languages)}{turns}")


def _libarchive() -> Look:
    if not foreign.is_installed():
        found = "not found, or the extra `archives` is missing; 7z, RAR and others are not read"
        advice = "pip install 'gristmill[archives]'; apt install libarchive13"
        return Look("libarchive", Verdict.MISSING, found, advice)
    return well("libarchive", "installed")


def _landlock(settings: Settings) -> Look:
    if settings.worker_sandbox == "off":
        advice = "set worker_sandbox to auto"
        return Look("landlock", Verdict.WARNING, "workers are not locked in", advice)
    if kernel := landlock.version():
        return well("landlock", f"version {kernel}: workers write in the data folder alone")
    found = f"not there ({sys.platform}): workers may write and run what this user may"
    return Look("landlock", Verdict.WARNING, found, "Linux 5.13 or newer has it")


def _memory(settings: Settings) -> Look:
    free, workers = available_memory(), worker_count(settings.workers)
    found = f"{size(free)} free; {number_of(workers, 'worker')}"
    least = settings.min_free_memory_mb * _MIB
    if free < least:
        advice = f"below min_free_memory_mb ({settings.min_free_memory_mb}): jobs would wait"
        return Look("memory", Verdict.WARNING, found, advice)
    return well("memory", found)
