"""Form values and notes are content, at their place and once."""

from support.writers.noted_pdf import annotation, appearance, lines_at, one_page, widget
from support.writers.pdf_writer import text_page

from gristmill.pipeline.parsers.pages import pdf
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.outcomes.structure import WarningCode


def parsed(data: bytes) -> Parsed:
    return pdf.parse(Blob(data, "form.pdf"), Limits())


def lines(data: bytes) -> list[str]:
    text = "\n".join(block.text for block in parsed(data).blocks)
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_what_was_written_and_chosen_stands_behind_its_label() -> None:
    data = one_page(
        lines_at({(50, 700): "Miller:", (50, 650): "River:", (50, 600): "Stones:"}),
        [
            widget((120, 695, 300, 715), b"/FT /Tx /T (a) /V (Greta Holm)"),
            widget((120, 645, 300, 665), b"/FT /Ch /Ff 131072 /T (b) /V (Elv) /Opt [(Elv) (Bay)]"),
            widget(
                (120, 595, 300, 615),
                b"/FT /Ch /Ff 2097152 /T (c) /V [(1) (3)] /I [0 2]"
                b" /Opt [[(1) (granite)] [(2) (basalt)] [(3) (flint)]]",
            ),
        ],
        annotations=(6, 7, 8),
        fields=(6, 7, 8),
    )
    assert lines(data) == ["Miller: Greta Holm", "River: Elv", "Stones: granite, flint"]


def test_a_box_says_whether_it_is_ticked_before_its_label() -> None:
    ticked = b"/FT /Btn /T (%s) /V /On /AS /On /AP << /N << /On 9 0 R /Off 9 0 R >> >>"
    empty = b"/FT /Btn /T (no) /V /Off /AS /Off /AP << /N << /On 9 0 R /Off 9 0 R >> >>"
    data = one_page(
        lines_at({(60, 700): "grinds at night", (260, 700): "has a cat"}),
        [
            widget((40, 698, 52, 710), ticked % b"yes"),
            widget((240, 698, 252, 710), empty),
            widget((40, 100, 52, 112), ticked % b"lonely"),
            appearance(""),
        ],
        annotations=(6, 7, 8),
        fields=(6, 7, 8),
    )
    assert lines(data) == ["[x] grinds at night [ ] has a cat", "[x] lonely: On"]


def test_a_value_is_inherited_and_named_where_no_label_is_near() -> None:
    data = one_page(
        lines_at({(50, 800): "Tale of a mill"}),
        [
            widget((100, 300, 300, 360), b"/Parent 7 0 R"),
            b"<< /FT /Tx /Ff 4096 /T (t) /TU (Your tale) /V (It rained.\\rThe wheel stood.)"
            b" /Kids [6 0 R] >>",
        ],
        annotations=(6,),
        fields=(7,),
    )
    assert lines(data) == ["Tale of a mill", "Your tale: It rained.", "The wheel stood."]


def test_a_form_on_an_otherwise_blank_page_is_read() -> None:
    field = widget((100, 300, 300, 320), b"/FT /Tx /T (t) /V (only this)")
    assert lines(one_page(b"", [field], annotations=(6,), fields=(6,))) == ["only this"]


def test_passwords_hidden_notes_and_links_are_not_read() -> None:
    data = one_page(
        lines_at({(50, 700): "Login"}),
        [
            widget((100, 695, 300, 715), b"/FT /Tx /Ff 8192 /T (p) /V (sesame)"),
            b"<< /Type /Annot /Subtype /Text /Rect [1 1 9 9] /F 2 /Contents (unseen) >>",
            annotation("Link", (1, 1, 9, 9), b"/Contents (a link)"),
            annotation("Popup", (1, 1, 9, 9), b"/Contents (a copy)"),
        ],
        annotations=(6, 7, 8, 9),
        fields=(6,),
    )
    assert lines(data) == ["Login"]


def test_notes_and_stamps_are_read_once() -> None:
    data = one_page(
        lines_at({(50, 700): "The dam is sound.", (50, 650): "Checked by"}),
        [
            annotation("Text", (400, 700, 420, 720), b"/Contents <FEFF00440065006E0020D83DDE00>"),
            annotation("FreeText", (130, 645, 300, 665), b"/Contents (O. Berg)"),
            annotation("Stamp", (40, 690, 240, 720), b"/AP << /N 9 0 R >> /Name /Draft"),
            appearance("APPROVED 1931"),
            annotation("Stamp", (40, 400, 240, 430), b"/Name /Draft"),
            annotation("Highlight", (50, 700, 200, 712), b"/Contents (The dam is sound.)"),
            annotation("Highlight", (50, 700, 200, 712), b"/Contents (Is it?)"),
            annotation("FreeText", (300, 300, 500, 330), b"/AP << /N 14 0 R >>"),
            appearance("drawn words"),
        ],
        annotations=(6, 7, 8, 10, 11, 12, 13),
    )
    assert lines(data) == [
        "The dam is sound.",
        "Checked by O. Berg",
        "Den \U0001f600",
        "Is it?",
        "APPROVED 1931",
        "Draft",
        "drawn words",
    ]


def test_a_value_that_is_printed_at_its_place_is_not_said_again() -> None:
    data = one_page(
        lines_at({(50, 700): "Miller:", (120, 700): "Greta Holm"}),
        [widget((118, 695, 300, 715), b"/FT /Tx /T (a) /V (Greta Holm)")],
        annotations=(6,),
        fields=(6,),
    )
    assert lines(data) == ["Miller: Greta Holm"]


def test_what_plays_is_counted_as_left_out() -> None:
    film = annotation("Movie", (1, 1, 90, 90))
    data = one_page(text_page("The mill in motion"), [film, film], annotations=(6, 7))
    (warning,) = parsed(data).warnings
    assert (warning.code, warning.page, warning.count) == (WarningCode.OBJECT_LEFT_OUT, 1, 2)


def test_a_page_full_of_fields_has_all_of_them() -> None:
    fields = [
        widget((100, 300, 300, 320), b"/FT /Tx /T (t%d) /V (v%d.)" % (at, at))
        for at in range(1_000)
    ]
    content = lines_at({(50 + 7 * (at % 70), 20 + 12 * (at // 70)): "ab" for at in range(4_000)})
    numbers = range(6, 1_006)
    data = one_page(content, fields, annotations=numbers, fields=numbers)
    text = "".join(block.text for block in parsed(data).blocks)
    assert all(f"v{at}." in text for at in range(1_000))
