"""What is left of a page, and by which reasons."""

import msgspec
import pytest

from gristmill.pipeline.parsers.markup.html.html_tree import page_tree
from gristmill.pipeline.parsers.markup.main_text.atoms import Atom, atoms_of
from gristmill.pipeline.parsers.markup.main_text.boxes import GROUPS, groups_of
from gristmill.pipeline.parsers.markup.main_text.features import NAMES, rows_of
from gristmill.pipeline.parsers.markup.main_text.gaps import filled
from gristmill.pipeline.parsers.markup.main_text.model import Model, Weights, learned
from gristmill.pipeline.parsers.markup.main_text.page_facts import page_row
from gristmill.pipeline.parsers.markup.main_text.picking import (
    best_threshold,
    leave_content,
    picked,
)

ROWS = "".join(f"<tr><td>gear {n}<td>{n}0 teeth</tr>" for n in range(4))
PAGE = (
    "<body><nav class=menu><ul><li><a href=/>Home</a><li><a href=/b>Mill <b>shop</b></a></ul></nav>"
    f"<main><h1>Gears</h1><p>The pit wheel,<br>and <i>the wallower</i>.</p><table>{ROWS}</table>"
    "</main></body>"
)


def atoms() -> list[Atom]:
    return atoms_of(page_tree(PAGE)[0])


def test_a_page_is_cut_where_blocks_begin_and_end() -> None:
    found = [(atom.text, atom.box.tag, atom.links) for atom in atoms()[:4]]
    assert found == [
        ("Home", "li", 1),
        ("Mill shop", "li", 1),
        ("Gears", "h1", 0),
        ("The pit wheel, and the wallower.", "p", 0),
    ]
    assert atoms()[1].link_chars == len("Millshop")


def test_every_row_has_a_number_for_every_name() -> None:
    tree, _ = page_tree(PAGE)
    found = atoms_of(tree)
    rows = list(rows_of(found, page_row(tree, found), "Gears"))
    assert {len(row) for row in rows} == {len(NAMES)}
    named = [dict(zip(NAMES, row, strict=True)) for row in rows]
    assert [row["linked"] for row in named[:3]] == [1.0, 8 / 9, 0.0]
    assert (named[0]["in_nav"], named[2]["in_nav"], named[2]["title"]) == (1.0, 0.0, 1.0)
    assert (named[0]["around_menu"], named[3]["around_menu"]) == (1.0, 0.0)


def test_classes_and_ids_name_groups() -> None:
    names = list(GROUPS)
    found = {
        name for place, name in enumerate(names) if groups_of("post-list related") >> place & 1
    }
    assert {"post", "related"} <= found
    assert groups_of("xyz") == 0


def test_what_is_taken_is_expected_to_score_best() -> None:
    assert best_threshold([0.9, 0.8, 0.1], [100, 100, 100])[0] == 0.8
    threshold, score = best_threshold([0.3, 0.3, 0.3], [1, 1, 1])
    assert (threshold, round(score, 4)) == (0.3, 0.4615)
    # The more that is thought to be content, the more of what is doubtful is worth taking.
    assert best_threshold([0.9, 0.35], [10, 10], 1.0)[0] == 0.9
    assert best_threshold([0.9, 0.35], [10, 10], 0.2)[0] == 0.9


def test_a_data_table_is_taken_or_left_as_one() -> None:
    found = atoms()
    cells = [place for place, atom in enumerate(found) if atom.box.tag == "td"]
    chances = [0.9 if place not in cells or place % 3 else 0.2 for place in range(len(found))]
    kept = picked(found, chances)
    assert len({kept[place] for place in cells}) == 1


def test_weights_for_other_features_are_refused() -> None:
    with pytest.raises(ValueError, match="train them again"):
        Weights(Model(("words",), (0.1,)))


def test_trees_add_their_leaves() -> None:
    weights = Weights(
        msgspec.convert({"names": NAMES, "trees": [[0, 0.5, -1, [1, 2, 0, 3]], 1]}, Model)
    )
    row = [0.0] * len(NAMES)
    assert weights.chance(row) == 0.5
    assert weights.chance([1.0, 5.0, *row[2:]]) > 0.98


def test_what_is_no_content_is_emptied_in_its_place() -> None:
    site = "".join(f"<li><a href=/{n}>Story {n}</a>" for n in range(30))
    story = "The wheel at Alder Mill turns every Sunday, and the stones grind at noon. " * 6
    tree, _ = page_tree(
        f"<nav><ul>{site}</ul></nav><article><h1>Wheel</h1><p>{story}</p><p>{story}</p></article>"
    )
    left = leave_content(tree, "Wheel", learned())
    assert left >= 2 * len(story) - 2
    assert "Story" not in "".join(map(str, tree.itertext()))


def test_a_page_without_text_is_left_as_it_is() -> None:
    assert leave_content(page_tree("<p></p>")[0], "") == 0


def test_lists_and_code_between_kept_texts_of_one_box_are_kept() -> None:
    page = (
        "<article><p>One text.</p><ul><li>short<li>parts</ul><pre>code()</pre><p>Another text.</p>"
        "<ul class=related-links><li>not this</ul><p>The last text.</p><div>no part</div></article>"
    )
    found = atoms_of(page_tree(page)[0])
    kept = filled(found, [atom.box.tag == "p" for atom in found])
    left = [atom.text for atom, keep in zip(found, kept, strict=True) if not keep]
    assert left == ["not this", "no part"]
