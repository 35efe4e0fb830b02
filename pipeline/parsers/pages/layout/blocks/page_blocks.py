"""The blocks of one page, from what liteparse says of it."""

from collections.abc import Iterable, Iterator

from gristmill.pipeline.paging.paged_shapes import PageBlock
from gristmill.pipeline.parsers.pages.layout.blocks.captions import is_caption
from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft, Witness, drafts_of
from gristmill.pipeline.parsers.pages.layout.blocks.footnotes import with_footnotes
from gristmill.pipeline.parsers.pages.layout.blocks.lines import NUMBERED, is_numbered_heading
from gristmill.pipeline.parsers.pages.layout.blocks.parting.columns import in_columns
from gristmill.pipeline.parsers.pages.layout.blocks.parting.paragraphs import paragraphs
from gristmill.pipeline.parsers.pages.layout.blocks.parting.run_ins import without_run_ins
from gristmill.pipeline.parsers.pages.layout.blocks.parting.splitting import split
from gristmill.pipeline.parsers.pages.layout.blocks.parting.wrapped import unwrapped
from gristmill.pipeline.parsers.pages.layout.blocks.tables.false_tables import without_false_tables
from gristmill.pipeline.parsers.pages.layout.blocks.tables.ruled_tables import with_ruled_tables
from gristmill.pipeline.parsers.pages.layout.blocks.wording.completing import (
    compared,
    is_doubtful,
    with_left_out,
)
from gristmill.pipeline.parsers.pages.layout.blocks.wording.dashes import with_dashes
from gristmill.pipeline.parsers.pages.layout.blocks.wording.drop_caps import with_first_letters
from gristmill.pipeline.parsers.pages.layout.blocks.wording.fixed_width import without_false_code
from gristmill.pipeline.parsers.pages.layout.blocks.wording.hyphens import with_breaks
from gristmill.pipeline.parsers.pages.layout.blocks.wording.retelling import (
    respaced,
    retold,
    runs_from_right,
    with_capital,
)
from gristmill.pipeline.parsers.pages.layout.placed.placing import union
from gristmill.pipeline.parsers.pages.layout.placed.reading import LayoutPage
from gristmill.pipeline.parsers.pages.layout.whole.tags import heading_marks, level_of
from gristmill.schemas.outcomes.structure import BlockKind

_LONGEST_HEADING = 120
_FEW_LETTERS = 4


def blocks_of(page: LayoutPage, witness: Witness) -> tuple[PageBlock, ...]:
    """In reading order; none where the page had better be read in another way. `witness` has read
    the same page."""
    found = in_columns(with_ruled_tables(list(drafts_of(page)), page.rules))
    drafts = with_breaks(list(without_false_tables(found)))
    drafts = [part for draft in drafts for part in split(draft)]
    drafts = with_first_letters(without_false_code(drafts))
    drafts = [part for draft in drafts for part in paragraphs(draft)]
    drafts = list(unwrapped(without_run_ins(drafts, page.number, witness)))
    drafts = [respaced(draft, page.number, witness) for draft in map(_named, drafts)]
    drafts = [with_capital(draft, page.number, witness) for draft in drafts]
    drafts = with_footnotes(with_dashes(drafts, page, witness), page.height)
    if runs_from_right(page.pieces):
        drafts = retold(drafts, page.number, witness)
    complete: list[Draft] | None = with_left_out(drafts, page)
    if complete and is_doubtful(page):
        complete = compared(complete, page, witness)
    levels = heading_marks(page.tags)
    return tuple(
        draft.block(level_of(draft.marks, levels) if levels else 0)
        for draft in _lists(complete or ())
    )


def _named(draft: Draft) -> Draft:
    if (
        draft.kind is BlockKind.TEXT
        and len(draft.lines) == 1
        and is_numbered_heading(draft.lines[0])
    ):
        return draft._replace(kind=BlockKind.HEADING, level=1)
    if draft.kind in (BlockKind.TEXT, BlockKind.HEADING) and is_caption(draft.text):
        return draft._replace(kind=BlockKind.CAPTION, level=0)
    return draft


def _is_heading(item: Draft) -> bool:
    """Whether an item that is alone is a numbered heading."""
    if len(item.lines) != 1 or not NUMBERED.match(item.text.strip()):
        return False
    letters = sum(map(str.isalpha, item.text))
    is_set_apart = item.bold or (item.text.isupper() and letters > _FEW_LETTERS)
    return is_set_apart and len(item.text) <= _LONGEST_HEADING and item.text[-1:] not in ".;,"


def _lists(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Items one after the other are one list."""
    items: list[Draft] = []
    for draft in drafts:
        if draft.kind is BlockKind.LIST:
            items.append(draft)
            continue
        if items:
            yield _list(items)
            items = []
        yield draft
    if items:
        yield _list(items)


def _list(items: list[Draft]) -> Draft:
    if len(items) == 1 and _is_heading(items[0]):
        return items[0]._replace(kind=BlockKind.HEADING, text=items[0].text.strip(), level=1)
    boxes = [item.box for item in items if item.box is not None]
    lines = [line for item in items for line in item.lines]
    text = "\n".join(item.text for item in items)
    return Draft(BlockKind.LIST, text, union(boxes) if boxes else None, tuple(lines))
