"""Identifiers: sortable job ids and derived document ids."""

import hashlib
import re
from datetime import date, timedelta
from functools import lru_cache

_JOB_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_CHUNK_ID = re.compile(r"([0-9a-f]{32})-([0-9]{1,9})")
_EPOCH, _DAY_MS = date(1970, 1, 1), 86_400_000
_YEAR_10000 = "e677d21f-dc00"
"""From here on an id's time is on no day that has a folder."""


def uuid7(unix_ns: int, random_62: int) -> str:
    """A UUIDv7 as text (RFC 9562, section 5.7, method 3 of 6.2).

    The 12 bits after the millisecond hold its fraction, so ids made by one clock sort by
    time to a quarter of a microsecond.
    """
    millis, rest = divmod(unix_ns, 1_000_000)
    fraction = (rest << 12) // 1_000_000
    low = random_62 & ((1 << 62) - 1)
    value = (millis & ((1 << 48) - 1)) << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | low
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def first_id_at(unix_s: float) -> str:
    """What the ids of jobs that were made from then on do not come before."""
    return uuid7(int(unix_s) * 1_000_000_000, 0)


def batch_of(job_id: str) -> str:
    """What the ids of jobs that share a batch file have in common."""
    return job_id[-12:]


def pack_of(job_id: str) -> str:
    """The 256 milliseconds in which a job id was made: the upper 40 bits of its time."""
    return job_id[:8] + job_id[9:11]


def is_job_id(text: str) -> bool:
    """Whether `text` is a job id in its one canonical spelling (so it is safe in a path)."""
    return _JOB_ID.fullmatch(text) is not None and text < _YEAR_10000


def claim_of(job_id: str) -> str:
    """What the names of a job's uploads end with."""
    return job_id.replace("-", "")


def job_of_claim(claim: str) -> str | None:
    """The job that a claim belongs to; None for one that was made from no job's id."""
    job_id = "-".join((claim[:8], claim[8:12], claim[12:16], claim[16:20], claim[20:]))
    return job_id if is_job_id(job_id) else None


def day_of(job_id: str) -> str:
    """The UTC day a job id was made on, as `YYYY-MM-DD`."""
    return _day(int(job_id[:8] + job_id[9:13], 16) // _DAY_MS)


@lru_cache(maxsize=64)
def _day(number: int) -> str:
    return (_EPOCH + timedelta(days=number)).isoformat()


def document_id(collection: str, uri: str) -> str:
    """The id of the document at `uri` in `collection`: 32 hex digits, the same for ever.

    Re-ingesting a changed file keeps its id, so links to a document survive.
    """
    return hashlib.sha256(f"{collection}\0{uri}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_document_id(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{32}", text) is not None


def chunk_id(document: str, ordinal: int) -> str:
    return f"{document}-{ordinal}"


def chunk_parts(text: str) -> tuple[str, int] | None:
    """The document and the ordinal in the id of a chunk; None for what can be none."""
    found = _CHUNK_ID.fullmatch(text)
    return None if found is None else (found[1], int(found[2]))


def text_uri(data: bytes) -> str:
    """The uri of a text without a name: its content is all that tells it from others."""
    return f"text:{hashlib.sha256(data).hexdigest()[:32]}"
