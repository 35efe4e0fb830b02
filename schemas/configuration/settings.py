"""Every setting: its unit, default and reason. Raw layers are merged first and checked once."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gristmill.schemas.configuration.keeping_settings import KeepingSettings

MIB = 1024 * 1024
INHERITED = "GRISTMILL_SETTINGS"
"""Environment variable with all settings of a service, as JSON, for its child processes."""
Positive = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(gt=0, le=86_400)]


class Settings(
    KeepingSettings, msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """The checked settings of one service. `docs/settings.md` is made from this class."""

    data: Annotated[str, Meta(min_length=1, description="Data folder; made when missing.")] = (
        "./gristmill-data"
    )
    host: Annotated[str, Meta(min_length=1, description="Address the web processes listen on.")] = (
        "127.0.0.1"
    )
    port: Annotated[int, Meta(ge=0, le=65535, description="TCP port; 0 takes a free one.")] = 8000
    allow_hosts: Annotated[
        list[str],
        Meta(
            description="Names that requests may call this service by (`Host`), beside loopback "
            "and the address that it listens on."
        ),
    ] = []
    root_path: Annotated[
        str,
        Meta(
            title="a path such as /gristmill, with no slash at its end",
            pattern=r"^(/[A-Za-z0-9._~-]+)*\Z",
            description="Below what path a proxy shows it: links have that, requests do not.",
        ),
    ] = ""
    quota_requests_per_s: Annotated[
        float,
        Meta(
            ge=0,
            le=1_000_000,
            description="Requests a second that one API key may make, or one address without a "
            "key, in each web process; 0: any. Loopback without a key is not limited.",
        ),
    ] = 0.0
    quota_body_mb: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000_000,
            description="MiB of request bodies that one API key, or one address without a key, may "
            "be sending at once to each web process; 0: any. Loopback without a key is not "
            "limited.",
        ),
    ] = 0
    quota_waiting_jobs: Annotated[
        int,
        Meta(
            ge=0,
            le=10_000_000,
            description="Jobs of one API key, or of one address without a key, that may wait in "
            "the queue at once; 0: any. Loopback without a key is not limited.",
        ),
    ] = 0
    audit_mb: Annotated[
        Positive,
        Meta(description="MiB of `audit.ndjson` until a new one is begun; four old ones are kept."),
    ] = 64
    audit_reads: Annotated[
        Literal["no", "yes"],
        Meta(description="Whether reads are written to the audit, beside changes and refusals."),
    ] = "no"
    workers: Annotated[
        int,
        Meta(ge=0, le=1024, description="Worker processes; 0 means one per CPU that we may use."),
    ] = 0
    engine: Annotated[
        Literal["local", "inline", "dask"],
        Meta(
            description="Where workers run: processes here, processes on the nodes of a Dask "
            "cluster (`workers` on each), or (debugging) one thread, no limits."
        ),
    ] = "local"
    web_processes: Annotated[
        int, Meta(ge=1, le=64, description="Web processes; one serves about 1,000 requests/s.")
    ] = 1
    web_threads: Annotated[
        int, Meta(ge=2, le=256, description="Threads per web process; a long poll holds one.")
    ] = 12
    max_streams: Annotated[
        int,
        Meta(
            ge=1,
            le=256,
            description="Exports, and as many batches, that one web process answers at once: each "
            "lasts as long as its client likes. One more is answered 503.",
        ),
    ] = 4
    max_connections: Annotated[
        int,
        Meta(
            ge=1,
            le=100_000,
            description="Connections of one web process; for one more, the oldest idle one goes.",
        ),
    ] = 1000
    max_peer_connections: Annotated[
        int,
        Meta(
            ge=1,
            le=100_000,
            description="The same for one client address (an IPv6 network of 64 bits). Behind a "
            "proxy all clients are one.",
        ),
    ] = 800
    head_timeout_s: Annotated[
        Seconds, Meta(description="Seconds that the head of a request may take to come.")
    ] = 10.0
    min_bytes_per_s: Annotated[
        Positive,
        Meta(
            description="Bytes a second that a client must send of a body, and take of an answer "
            "that a thread waits with, after the first 30 seconds; a slower one is hung up on."
        ),
    ] = 1024
    decoding_mb: Annotated[
        Positive,
        Meta(
            description="MiB that JSON bodies may take in one web process while they are decoded, "
            "five times their size; over it they are answered 503. So a fifth of it is the most "
            "that one may have; files and raw documents may have max_body_bytes."
        ),
    ] = 128
    queue_depth: Annotated[
        Positive, Meta(description="Jobs that may wait; one more is answered 503 queue_full.")
    ] = 10_000
    allow_roots: Annotated[
        list[str], Meta(description="Folders that path sources may name; none by default.")
    ] = []
    max_body_bytes: Annotated[
        Positive, Meta(description="Bytes of one request body; spooled to disk, not to memory.")
    ] = 128 * MIB
    max_line_bytes: Annotated[
        Positive, Meta(description="Bytes of one line of a batch, which is read into memory.")
    ] = 16 * MIB
    max_batch_lines: Annotated[
        Positive, Meta(description="Lines of one batch; what is after them is not looked at.")
    ] = 10_000
    max_sources: Annotated[Positive, Meta(description="Sources in one request.")] = 10_000
    max_documents: Annotated[Positive, Meta(description="Documents in one job.")] = 1_000_000
    max_members: Annotated[Positive, Meta(description="Documents in one upload or file.")] = 20_000
    max_inflated_mb: Annotated[Positive, Meta(description="MiB in one upload or file.")] = 16_384
    max_upload_seconds: Annotated[
        float, Meta(gt=0, description="Worker seconds for all that is in one upload or file.")
    ] = 21_600.0
    max_text_bytes: Annotated[
        Positive, Meta(description="Bytes (UTF-8) of one inline text source.")
    ] = 16 * MIB
    max_document_bytes: Annotated[
        Positive, Meta(description="Bytes of one document; a larger one fails too_large.")
    ] = 256 * MIB
    max_metadata_bytes: Annotated[
        Positive, Meta(description="Bytes (JSON) of a job's metadata.")
    ] = 64 * 1024
    max_json_depth: Annotated[
        int, Meta(ge=1, le=500, description="Nesting of a JSON request body or document.")
    ] = 100
    split_pages: Annotated[
        int,
        Meta(
            ge=0,
            description="A document of more pages is read in parts of up to so many, by all "
            "workers, which does not change the result; 0 never splits one.",
        ),
    ] = 100
    timeout_s: Annotated[
        Seconds, Meta(description="Seconds that one document may take, unless its job says.")
    ] = 300.0
    long_poll_max_s: Annotated[
        Seconds, Meta(description="Longest `?wait=` of a long poll, in seconds.")
    ] = 30.0
    read_timeout_s: Annotated[
        Seconds,
        Meta(
            description="Seconds that one look into the library may take for a request; over it "
            "the answer is 503 too_expensive. Of an export, each piece."
        ),
    ] = 5.0
    drain_grace_s: Annotated[
        Seconds, Meta(description="Seconds that running documents get to end when we stop.")
    ] = 20.0
    spare_workers: Annotated[
        int,
        Meta(
            ge=0,
            description="Worker processes beside `workers` that are booted and wait: each takes "
            "the place of one that dies, at once. Costs the memory of an idle worker.",
        ),
    ] = 1
    recycle_documents: Annotated[
        Positive, Meta(description="Documents after which a worker process is replaced.")
    ] = 5_000
    recycle_rss_mb: Annotated[
        Positive, Meta(description="Resident MiB after which a worker is replaced when idle.")
    ] = 768
    worker_memory_mb: Annotated[
        int,
        Meta(
            ge=0,
            description="Resident MiB that one worker may take before its document is ended; "
            "0 means the available memory (the container's limit included) over the workers.",
        ),
    ] = 0
    min_free_memory_mb: Annotated[
        int, Meta(ge=0, description="Below this many free MiB of memory, intake pauses (503).")
    ] = 64
    min_free_disk_mb: Annotated[
        int, Meta(ge=0, description="Below this many free MiB on the data folder, intake pauses.")
    ] = 64
    reserve_mb: Annotated[
        int,
        Meta(
            ge=0,
            description="MiB kept for a full disk, so that deleting, cancelling and purging still "
            "work (at most 1/16 of the disk); 0 keeps none.",
        ),
    ] = 16
    boot_deadline_s: Annotated[
        Seconds, Meta(description="Seconds for a new worker to get to work before it is replaced.")
    ] = 15.0
    worker_nice: Annotated[
        int, Meta(ge=0, le=19, description="CPU niceness of workers: the API stays quick.")
    ] = 10
    worker_sandbox: Annotated[
        Literal["auto", "off"],
        Meta(
            description="`auto`: workers write, run and read no more than they need, as far as "
            "the kernel has Landlock; `off`: for a parser or step of yours that needs more."
        ),
    ] = "auto"
    tokenizer_file: Annotated[
        str,
        Meta(
            description="The tokenizer.json that counts for `chunk_max_tokens`, such as an "
            "embedding model's folder has one. Nothing is downloaded."
        ),
    ] = ""
    embed_models: Annotated[
        list[Annotated[str, Meta(pattern=r"^[\w.-]+=.+$", title="NAME=PLACE")]],
        Meta(
            description="Models that the step `embed` may use: a folder with an ONNX model or a "
            "static one, or the URL of an OpenAI-compatible service and `#` with its model's name."
        ),
    ] = []
    semantic_idle_s: Annotated[
        Seconds,
        Meta(description="Seconds unasked after which the process that holds vectors is ended."),
    ] = 600.0
    rerank_model: Annotated[
        str,
        Meta(description="Folder with an ONNX cross-encoder for the first hits by meaning."),
    ] = ""
    rerank_hits: Annotated[
        int, Meta(ge=1, le=200, description="So many hits `rerank_model` looks at.")
    ] = 20
    embed_key_file: Annotated[
        str, Meta(description="File with the key that services of `embed_models` are called with.")
    ] = ""
