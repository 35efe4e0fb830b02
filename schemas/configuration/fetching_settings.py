"""The settings of what is fetched from other machines, a part of `Settings`."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gristmill.schemas.configuration.cluster_settings import ClusterSettings
from gristmill.schemas.open_addresses import networks_of


class FetchingSettings(
    ClusterSettings, msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Whether, from where and for how long documents are fetched. A struct has one base. Raises
    SettingsError."""

    url_sources: Annotated[
        Literal["no", "yes"],
        Meta(
            description="Whether requests over HTTP may name documents by URL: the service then "
            "calls what its clients name. `gristmill ingest URL` may in any case."
        ),
    ] = "no"
    url_allow: Annotated[
        list[Annotated[str, Meta(title="NETWORK such as 10.0.0.0/8")]],
        Meta(description="Networks that documents may be fetched from though they are not public."),
    ] = []
    url_timeout_s: Annotated[
        float,
        Meta(
            gt=0,
            le=3_600,
            description="Seconds that one fetch may take, redirects included; its document's own "
            "`timeout_s` goes on meanwhile.",
        ),
    ] = 60.0

    def __post_init__(self) -> None:
        super().__post_init__()
        # Said to whoever starts a service, and not by a worker.
        networks_of(self.url_allow, "url_allow")
