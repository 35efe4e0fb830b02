"""The built-in steps on real text, and how steps are put together."""

import operator
from array import array
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from gristmill.pipeline.process import process
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pipeline.steps import step_registry, stepping
from gristmill.pipeline.steps.step_shapes import Changes
from gristmill.pipeline.steps.stepping import run_steps, step_versions
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import Options, StepChoice, pipeline_hash
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import DocumentContent, Signature, Vectors
from gristmill.schemas.problems.errors import DocumentError
from gristmill.schemas.steps import StepOptions

EXAMPLES = Path(__file__).parents[3] / "examples" / "documents"
ENGLISH = (
    "The miller opens the sluice before sunrise. Water runs under the wheel, the stones begin to "
    "turn, and by noon the flour is in its sacks. "
)
GERMAN = (
    "Der Müller öffnet das Wehr vor Sonnenaufgang. Das Wasser läuft unter dem Rad hindurch, die "
    "Mühlsteine drehen sich, und bis zum Mittag ist das Mehl in den Säcken. "
)
FRENCH = (
    "Le meunier ouvre la vanne avant le lever du soleil. L'eau coule sous la roue, les meules "
    "commencent à tourner, et à midi la farine est dans les sacs. "
)


def made(
    text: str | bytes, *steps: str | StepChoice, name: str = "a.txt", **more: Any
) -> DocumentContent:
    data = text.encode() if isinstance(text, str) else text
    return process(Blob(data, name), Options(steps=steps, **more), Limits())


def example(name: str, *steps: str | StepChoice) -> DocumentContent:
    return made((EXAMPLES / name).read_bytes(), *steps, name=name)


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (GERMAN, "de"), (FRENCH, "fr")])
def test_the_language_of_a_document_is_detected(text: str, language: str) -> None:
    metadata = made(text * 3, "language").metadata
    assert metadata["language"] == language
    assert 0.9 < metadata["language_confidence"] <= 1


def test_each_chunk_has_its_language() -> None:
    document = made(
        f"# One\n\n{ENGLISH}\n\n# Two\n\n{GERMAN}\n\n# 3\n\n1904", "language", name="a.md"
    )
    found = [chunk.annotations["language"] for chunk in document.chunks]
    assert found[:2] == ["en", "de"]
    assert found[-1] == document.metadata["language"]


def test_what_a_page_declares_gives_way_and_is_kept() -> None:
    page = f'<html lang="en"><body><article><p>{GERMAN * 4}</p></article></body></html>'
    document = made(page, "language", name="a.html")
    assert document.metadata["language"] == "de"
    assert document.metadata["declared"] == {"language": "en"}


def test_a_few_words_and_source_code_have_no_language() -> None:
    assert "language" not in made("1904: 17 sacks", "language").metadata
    code = made("def main():\n    return 'the whole of it'\n" * 5, "language", name="a.py")
    assert code.metadata.get("language") in (None, "python")


@pytest.mark.slow
def test_the_languages_to_choose_from_can_be_narrowed() -> None:
    choice = StepChoice("language", {"languages": ["fr", "de"]})
    assert made(ENGLISH, choice).metadata["language"] in ("fr", "de")
    with pytest.raises(DocumentError, match="does not know xx") as caught:
        made(ENGLISH, StepChoice("language", {"languages": ["xx"]}))
    assert caught.value.document_code == DocumentCode.STEP_FAILED


def test_keywords_are_what_a_document_is_about() -> None:
    found = example("waterwheel.md", "keywords").metadata["keywords"]
    assert {"wheel", "water", "buckets", "overshot"} <= set(found)
    assert not {"the", "and", "which", "with"} & set(found)
    assert len(found) == 10


def test_a_phrase_stands_for_its_words() -> None:
    text = "The sluice gate is open. A sluice gate of oak lasts. Oil the sluice gate weekly. " * 4
    found = made(text, StepChoice("keywords", {"count": 3})).metadata["keywords"]
    assert found[0] == "sluice gate"
    assert "sluice" not in found and "gate" not in found


def test_keywords_know_the_stop_words_of_other_languages() -> None:
    found = made((GERMAN + "Der Müller prüft die Mühlsteine. ") * 3, "keywords").metadata
    assert {"Müller", "Mühlsteine"} <= set(found["keywords"])
    assert not {"das", "der", "und", "sich"} & {word.lower() for word in found["keywords"]}


def test_what_an_author_named_as_keywords_is_kept() -> None:
    page = f'<html><head><meta name="keywords" content="a, b"></head><body><p>{ENGLISH * 4}</p>'
    metadata = made(page, "keywords", name="a.html").metadata
    assert isinstance(metadata["keywords"], list)
    assert metadata["declared"]["keywords"]


def test_a_text_in_an_unknown_language_or_of_nothing_but_numbers_fails_nothing() -> None:
    for text in ("水車小屋の粉屋は夜明け前に水門を開ける。" * 20, "1 2 3 4 5 " * 50, "a"):
        assert isinstance(made(text, "keywords").metadata["keywords"], list)


def alike(one: DocumentContent, other: DocumentContent) -> float:
    assert one.signature and other.signature
    pairs = (array("I", each.signature.minhash) for each in (one, other) if each.signature)
    equal: list[bool] = list(map(operator.eq, *pairs))
    return sum(equal) / len(equal)


def test_signatures_tell_how_much_two_documents_share() -> None:
    whole = (EXAMPLES / "waterwheel.md").read_text()
    one = made(whole, "near_duplicates", name="a.md")
    recased = made(whole.upper().replace(",", " ;"), "near_duplicates", name="a.md")
    edited = made(whole.replace("bucket", "paddle"), "near_duplicates", name="a.md")
    assert alike(one, recased) == 1
    assert 0.6 < alike(one, edited) < 1
    assert alike(one, example("wildlife.html", "near_duplicates")) < 0.1


def test_a_signature_does_not_depend_on_how_the_text_is_cut() -> None:
    text = (EXAMPLES / "history.txt").read_text() * 3
    one = made(text, "near_duplicates")
    other = made(text, "near_duplicates", chunk_max_chars=300, chunk_overlap_chars=120)
    assert alike(one, other) > 0.95


def test_a_few_words_have_no_signature_and_a_script_without_blanks_has_one() -> None:
    assert made("the same few words", "near_duplicates").signature is None
    japanese = made("水車小屋の粉屋は夜明け前に水門を開ける。", "near_duplicates")
    assert japanese.signature is not None


def test_steps_start_no_threads() -> None:
    before = set(Path("/proc/self/task").iterdir())
    example("waterwheel.md", "keywords", "near_duplicates")
    assert set(Path("/proc/self/task").iterdir()) <= before


# -- how steps are put together ---------------------------------------------------------------


class Taking(StepOptions, frozen=True):
    size: int = 1


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Steps by name, instead of the installed ones."""
    table: dict[str, Any] = {}
    monkeypatch.setattr(stepping, "step_named", table.__getitem__)
    yield table


def step(apply: Any, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(version="1", options_type=Taking, apply=apply, **more)


def run(*names: str, **options: Any) -> DocumentContent:
    chosen = [StepChoice(name, options) for name in names]
    return run_steps(made("one two three"), chosen, Settings())


def code_of(*names: str, **options: Any) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        run(*names, **options)
    return caught.value.document_code, caught.value.message


def test_steps_see_what_those_before_them_said(steps: dict[str, Any]) -> None:
    steps["a"] = step(lambda document, options, settings: Changes({"n": options.size}, [{"x": 1}]))
    steps["b"] = step(lambda d, o, s: Changes({"m": d.metadata["n"] + 1}, [{"y": (1, 2)}]))
    content = run("a", "b", size=4)
    assert (content.metadata["n"], content.metadata["m"]) == (4, 5)
    assert content.chunks[0].annotations == {"x": 1, "y": [1, 2]}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (None, "it returned NoneType, not Changes"),
        (Changes({"x": object()}), "no JSON"),
        (Changes(annotations=[{}, {}]), "it annotated 2 of 1 chunks"),
        (Changes(vectors=Vectors.of("m", [[1.0], [2.0]])), "2 vectors for 1 chunks"),
        (Changes(vectors=Vectors("m", 3, (b"1234",))), "not of 3 dimensions"),
        (Changes(signature=Signature("k", b"123", 0.9)), "32-bit numbers"),
    ],
)
def test_what_a_step_should_not_say_fails_the_document(
    steps: dict[str, Any], changes: Any, complaint: str
) -> None:
    steps["bad"] = step(lambda *_: changes)
    code, message = code_of("bad")
    assert code == DocumentCode.STEP_FAILED
    assert message.startswith("step 'bad': ") and complaint in message


def test_two_steps_cannot_both_give_vectors(steps: dict[str, Any]) -> None:
    steps["a"] = steps["b"] = step(lambda *_: Changes(vectors=Vectors.of("m", [[1.0]])))
    assert "gave vectors" in code_of("a", "b")[1]


def test_what_a_step_raises_fails_the_document_and_names_the_step(steps: dict[str, Any]) -> None:
    def breaks(*_: Any) -> Changes:
        raise KeyError("lost")

    def hungry(*_: Any) -> Changes:
        raise MemoryError

    steps["breaks"], steps["hungry"] = step(breaks), step(hungry)
    assert code_of("breaks") == (DocumentCode.STEP_FAILED, "step 'breaks': KeyError: 'lost'")
    assert code_of("hungry")[0] == DocumentCode.OUT_OF_MEMORY
    assert "options are wrong" in code_of("breaks", sizes=1)[1]


def test_version_identity_and_options_of_a_step_are_in_the_pipeline_hash(
    steps: dict[str, Any],
) -> None:
    steps["a"] = step(None, identity=lambda options, settings: f"size {options.size}")
    assert step_versions([StepChoice("a", {"size": 2})], Settings()) == ("step:a=1:size 2",)
    hashes = {
        pipeline_hash(options, versions)
        for options in (
            Options(),
            Options(steps=("a",)),
            Options(steps=(StepChoice("a", {"b": 1}),)),
        )
        for versions in (("x",), ("y",))
    }
    assert len(hashes) == 6


def test_a_name_alone_is_the_same_as_one_without_options() -> None:
    short, long = ({"steps": ["a"]}, {"steps": [{"name": "a", "options": {}}]})
    assert msgspec.convert(short, Options) == msgspec.convert(long, Options)


def test_a_step_that_is_not_installed_here_says_so() -> None:
    with pytest.raises(DocumentError, match="not installed where the workers run"):
        step_registry.step_named("no-such-step")
