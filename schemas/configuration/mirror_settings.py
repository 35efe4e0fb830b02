"""The settings of mirrors, a part of `Settings`."""

from typing import Annotated

import msgspec
from msgspec import Meta

from gristmill.schemas.configuration.fetching_settings import FetchingSettings


class MirrorSettings(
    FetchingSettings, msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """How careful mirrors are. A struct has one base: so those of fetching are below."""

    mirror_brake_share: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            description="Part of a mirror's files that may be gone at once; of more, documents are "
            "removed only when somebody says that it is meant.",
        ),
    ] = 0.25
    mirror_still_s: Annotated[
        float,
        Meta(
            ge=0,
            le=3_600,
            description="Seconds for which a file of a mirror has to look the same before it is "
            "read; one that was not written for longer is not waited for.",
        ),
    ] = 1.0
