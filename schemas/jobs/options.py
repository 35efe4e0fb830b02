"""What a submitter may choose about how documents are processed."""

import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

DEFAULT_MAX_CHARS = 1600
_Plain = str | int | float | bool
StepName = Annotated[str, Meta(min_length=1, max_length=100)]


class StepChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A step that documents go through after they were cut, with its own options: plain values
    and lists of them. What each step takes is in docs/writing-a-step.md."""

    name: StepName
    options: dict[str, _Plain | list[_Plain] | None] = {}


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

    chunk_max_chars: Annotated[int, Meta(ge=50, le=100_000)] = DEFAULT_MAX_CHARS
    chunk_overlap_chars: Annotated[int, Meta(ge=0, le=50_000)] = 0
    steps: Annotated[tuple[StepName | StepChoice, ...], Meta(max_length=32)] = ()
    pdf: Literal["structure", "text"] = "structure"
    chunk_max_tokens: Annotated[int, Meta(ge=50, le=100_000)] | None = None
    chunk_overlap_tokens: Annotated[int, Meta(ge=0, le=50_000)] = 0

    def __post_init__(self) -> None:
        if self.chunk_overlap_chars * 2 > self.chunk_max_chars:
            raise ValueError("chunk_overlap_chars must be at most half of chunk_max_chars")
        self._check_tokens()
        if not self.steps:
            return
        # One spelling, so that equal requests have equal digests.
        msgspec.structs.force_setattr(self, "steps", self.chosen_steps)
        names = [choice.name for choice in self.chosen_steps]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"a step is named once, not twice: {', '.join(sorted(twice))}")

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
        return tuple(StepChoice(each) if isinstance(each, str) else each for each in self.steps)


def pipeline_hash(options: Options, versions: tuple[str, ...]) -> str:
    """Hash of everything that decides what a document becomes: 16 hex digits.

    `versions` names the pipeline's parts with their versions. A document whose bytes and
    pipeline hash are both unchanged is not processed again.
    """
    encoded = msgspec.json.encode((options, versions), order="deterministic")
    return hashlib.sha256(encoded).hexdigest()[:16]
