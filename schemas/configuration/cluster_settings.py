"""The settings of a service whose workers run on other machines."""

from typing import Annotated, Literal

from msgspec import Meta

from gristmill.schemas.configuration.checked_settings import CheckedSettings


class ClusterSettings(CheckedSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What only a service on several machines needs; a part of `Settings`."""

    scheduler: Annotated[
        str,
        Meta(
            title="tcp://HOST:PORT or tls://HOST:PORT",
            pattern=r"^((tcp|tls)://[^/\s]+:\d+)?\Z",
            description="The Dask scheduler of the engine `dask`, such as `tls://10.0.0.1:8786`.",
        ),
    ] = ""
    insecure_scheduler: Annotated[
        Literal["no", "yes"],
        Meta(
            description="Whether `tcp://` may lead beyond this machine: whoever reaches the "
            "scheduler, or reads along, runs programs on all nodes."
        ),
    ] = "no"
    desk_host: Annotated[
        str,
        Meta(min_length=1, description="Address at which nodes reach this service's supervisor."),
    ] = "127.0.0.1"
    desk_port: Annotated[int, Meta(ge=0, le=65535, description="Its port; 0 takes a free one.")] = 0
    node_silence_s: Annotated[
        float,
        Meta(
            ge=1,
            le=3_600,
            description="Seconds after which a node that says nothing is given up, and what it "
            "held is done by others.",
        ),
    ] = 8.0
    shared_roots: Annotated[
        list[str],
        Meta(
            description="Folders that all nodes have under the same path. With the engine `dask`, "
            "path sources lie in one of them, and in one of `allow_roots`."
        ),
    ] = []  # noqa: RUF012  # A Struct makes each its own.
    tls_ca_file: Annotated[
        str, Meta(description="Certificate authority of scheduler, nodes and service (PEM).")
    ] = ""
    tls_cert_file: Annotated[
        str, Meta(description="This machine's certificate for `tls://` (PEM).")
    ] = ""
    tls_key_file: Annotated[str, Meta(description="The key of that certificate (PEM).")] = ""
    library: Annotated[
        str,
        Meta(
            title="postgresql://USER@HOST/DATABASE",
            pattern=r"^(postgresql://([^:/@?\s]+@)?[^/@?\s]*/[^/@?\s]+(\?[^@\s]*)?)?\Z",
            description="A library in PostgreSQL: `postgresql://USER@HOST:PORT/DATABASE`, without "
            "a password, which PGPASSWORD or the file of PGPASSFILE has (extra `postgres`). The "
            "data folder remembers it; empty: what it remembers, else a file of the data folder.",
        ),
    ] = ""
    spool: Annotated[
        str,
        Meta(
            title="s3://BUCKET/PREFIX",
            pattern=r"^(s3://[a-z0-9][a-z0-9.-]+[a-z0-9](/[A-Za-z0-9._=-]+)*)?\Z",
            description="Where uploads wait for their job, and originals are kept: "
            "`s3://bucket/prefix`, a prefix that is this service's alone (extra `s3`; keys come "
            "from the environment); empty: the data folder.",
        ),
    ] = ""
