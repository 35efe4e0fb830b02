"""The options of the built-in steps, and where `embed` finds its models."""

from collections.abc import Iterable
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta


class StepOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The options of a step that takes none."""


class LanguageOptions(StepOptions, frozen=True):
    """`languages`: the only ones that may be found, as ISO 639-1 codes (none: all)."""

    languages: list[Annotated[str, Meta(pattern=r"^[a-z]{2,3}\Z")]] = []


class KeywordsOptions(StepOptions, frozen=True):
    """`count`: how many keywords, at most. `max_words`: words in one, at most."""

    count: Annotated[int, Meta(ge=1, le=100)] = 10
    max_words: Annotated[int, Meta(ge=1, le=4)] = 3


class NearDuplicatesOptions(StepOptions, frozen=True):
    """`threshold`: how much of what either document says must be in both, from 0.7 to 1."""

    threshold: Annotated[float, Meta(ge=0.7, le=1.0)] = 0.8


class EmbedOptions(StepOptions, frozen=True):
    """`model`: the name of one of the operator's `embed_models` (None: the first of them).
    `prefix`: put before each chunk's text, as some models want (`passage: `). `query_prefix`: put
    before what is searched for (None: what the model's files say). `headings`: whether the headings
    above a chunk are put before its text, too."""

    model: Annotated[str, Meta(max_length=200)] | None = None
    prefix: Annotated[str, Meta(max_length=1000)] = ""
    headings: bool = False
    query_prefix: Annotated[str, Meta(max_length=1000)] | None = None


class OcrOptions(StepOptions, frozen=True):
    """`engine`: what reads the pages; `auto` is rapidocr where it is installed and knows the
    languages, else tesseract. `languages`: by tesseract's names for its models. `dpi`: how finely
    pages of a PDF are rendered. `pages`: those without usable text of their own, or all."""

    engine: Literal["auto", "tesseract", "rapidocr"] = "auto"
    languages: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^(script/)?[A-Za-z][A-Za-z_]{1,40}\Z")], ...],
        Meta(min_length=1, max_length=10),
    ] = ("eng",)
    dpi: Annotated[int, Meta(ge=70, le=600)] = 300
    pages: Literal["without_text", "all"] = "without_text"


class PiiOptions(StepOptions, frozen=True):
    """`action`: `mark` says how much of each kind there is, `replace` puts marks in its place as
    well. `kinds`: what is looked for."""

    action: Literal["mark", "replace"] = "mark"
    kinds: Annotated[
        tuple[Literal["email", "phone", "iban", "card", "national_id"], ...], Meta(min_length=1)
    ] = ("email", "phone", "iban", "card", "national_id")


BUILT_IN: dict[str, type[StepOptions]] = {
    "embed": EmbedOptions,
    "keywords": KeywordsOptions,
    "language": LanguageOptions,
    "near_duplicates": NearDuplicatesOptions,
    "ocr": OcrOptions,
    "pii": PiiOptions,
}
"""What each built-in step takes. Checked when a job is accepted, where no step is imported."""


class EmbedModel(NamedTuple):
    """A model that the operator offers: a folder on disk, or a service. `model` is what the
    service calls it."""

    name: str
    place: str
    model: str = ""

    @property
    def is_service(self) -> bool:
        return self.place.startswith(("http://", "https://"))


def embed_models(listed: Iterable[str]) -> dict[str, EmbedModel]:
    """The setting `embed_models` by name, in its order."""
    found: dict[str, EmbedModel] = {}
    for each in listed:
        name, _, place = each.partition("=")
        url, _, model = place.partition("#")
        entry = EmbedModel(name, place)
        found[name] = EmbedModel(name, url.rstrip("/"), model) if entry.is_service else entry
    return found
