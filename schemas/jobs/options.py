"""What may be chosen about how documents are processed: by a job, and by its collection."""

import hashlib
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

DEFAULT_MAX_CHARS = 1600
_Plain = str | int | float | bool
StepName = Annotated[str, Meta(min_length=1, max_length=100)]


class StepChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A step that documents go through after they were cut, with its own options: plain values
    and lists of them. What each step takes is in docs/writing-a-step.md."""

    name: StepName
    options: dict[str, _Plain | list[_Plain] | None] = {}


_Most = Annotated[int, Meta(ge=50, le=100_000)]
_Overlap = Annotated[int, Meta(ge=0, le=50_000)]
_Steps = Annotated[tuple[StepName | StepChoice, ...], Meta(max_length=32)]
_Pdf = Literal["structure", "text"]
_BY_CHARS = ("chunk_max_chars", "chunk_overlap_chars")
_BY_TOKENS = ("chunk_max_tokens", "chunk_overlap_tokens")


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Options of one job. They are part of the pipeline hash: other options, another result.

    `chunk_max_chars`: hard upper limit of a chunk's length, in characters.
    `chunk_overlap_chars`: at most this much of a chunk's end is repeated at the start of the
    next one of the same section, in characters.
    `chunk_max_tokens`: cuts by tokens of the service's `tokenizer_file` instead: hard upper limit
    of a chunk, in tokens, those included that the tokenizer puts around each text.
    `chunk_overlap_tokens`: the overlap then, in tokens.
    `steps`: what is done with the chunks, in this order; a name alone takes the step's defaults.
    `pdf`: what is read of a PDF: its structure (headings, tables, lists, reading order, places), or
    its text alone, at several times the speed.
    """

    chunk_max_chars: _Most = DEFAULT_MAX_CHARS
    chunk_overlap_chars: _Overlap = 0
    steps: _Steps = ()
    pdf: _Pdf = "structure"
    chunk_max_tokens: _Most | None = None
    chunk_overlap_tokens: _Overlap = 0

    def __post_init__(self) -> None:
        _expect_numbers(self)
        if self.chunk_overlap_chars * 2 > self.chunk_max_chars:
            raise ValueError("chunk_overlap_chars must be at most half of chunk_max_chars")
        self._check_tokens()
        if self.steps:
            msgspec.structs.force_setattr(self, "steps", _spelled(self.steps))

    def _check_tokens(self) -> None:
        if self.chunk_max_tokens is None:
            if self.chunk_overlap_tokens:
                raise ValueError("chunk_overlap_tokens goes with chunk_max_tokens")
            return
        if self.chunk_overlap_tokens * 2 > self.chunk_max_tokens:
            raise ValueError("chunk_overlap_tokens must be at most half of chunk_max_tokens")
        if (self.chunk_max_chars, self.chunk_overlap_chars) != (DEFAULT_MAX_CHARS, 0):
            raise ValueError("chunks are cut by characters or by tokens, not by both")

    @property
    def chosen_steps(self) -> tuple[StepChoice, ...]:
        """The steps in their order, each with its options."""
        return _chosen(self.steps)


class GivenOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Options as far as somebody has said something of them: a job, or the settings of its
    collection. They are those of `Options`. What a job does not say is as its collection has it,
    and what neither says is the default."""

    chunk_max_chars: _Most | UnsetType = UNSET
    chunk_overlap_chars: _Overlap | UnsetType = UNSET
    steps: _Steps | UnsetType = UNSET
    pdf: _Pdf | UnsetType = UNSET
    chunk_max_tokens: _Most | UnsetType | None = UNSET
    chunk_overlap_tokens: _Overlap | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.steps:
            msgspec.structs.force_setattr(self, "steps", _spelled(self.steps))

    def over(self, inherited: "GivenOptions") -> Options:
        """The options of a job that says this in a collection that says the other. Raises
        ValueError where the two do not go together."""
        said, below = _said(self), _said(inherited)
        # Cutting by one unit is a choice against the other: of that, nothing is inherited.
        if said.keys() & set(_BY_CHARS):
            below = {name: value for name, value in below.items() if name not in _BY_TOKENS}
        if "chunk_max_tokens" in said:
            below = {name: value for name, value in below.items() if name not in _BY_CHARS}
            if said["chunk_max_tokens"] is None:
                below.pop("chunk_overlap_tokens", None)
        return Options(**{**below, **said})


def _expect_numbers(options: Options) -> None:
    """What is decoded has its kinds; a program may have given anything."""
    for name in (*_BY_CHARS, *_BY_TOKENS):
        value = getattr(options, name)
        if not (isinstance(value, int) or (value is None and name == "chunk_max_tokens")):
            raise ValueError(f"{name} must be a whole number, not {value!r}")


def _said(options: GivenOptions | Options) -> dict[str, Any]:
    """By name. Whole options, as programs may give them, say something of everything."""
    values = msgspec.structs.asdict(options)
    return {name: value for name, value in values.items() if value is not UNSET}


def _spelled(steps: _Steps) -> tuple[StepChoice, ...]:
    """One spelling, so that equal requests have equal digests."""
    chosen = _chosen(steps)
    names = [choice.name for choice in chosen]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"a step is named once, not twice: {', '.join(sorted(twice))}")
    return chosen


def _chosen(steps: _Steps) -> tuple[StepChoice, ...]:
    return tuple(StepChoice(each) if isinstance(each, str) else each for each in steps)


def pipeline_hash(options: Options, versions: tuple[str, ...]) -> str:
    """Hash of everything that decides what a document becomes: 16 hex digits.

    `versions` names the pipeline's parts with their versions. A document whose bytes and
    pipeline hash are both unchanged is not processed again.
    """
    encoded = msgspec.json.encode((options, versions), order="deterministic")
    return hashlib.sha256(encoded).hexdigest()[:16]
