"""What the documents name exists."""

import re
import tomllib
from pathlib import Path

import pytest
from support import mentions
from support.house import LAYERS

from gristmill.schemas.version import VERSION

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_test_that_is_named_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for name in re.findall(
        r"`((?:tests|docs|pipeline|pool|storage|schemas|server|benchmarks)/[^`\s]*)`", text
    ):
        path, _, test = name.partition("::")
        assert (ROOT / path).exists() or (ROOT / f"{path}.py").exists(), (
            f"{document.name} names {path}"
        )
        if test:
            assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), name


def test_every_relative_link_leads_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_no_comment_and_no_docstring_names_a_file_that_is_not_there() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in mentions.code_files()}
    assert texts
    gone = {path: mentions.missing(mentions.remarks(text)) for path, text in texts.items()}
    assert {path: names for path, names in gone.items() if names} == {}


@pytest.mark.parametrize(
    ("remark", "gone"),
    [
        ('"""See `storage.packed`."""', "storage.packed"),
        ('"""See `gristmill.pool.claims.Claim`."""', "pool.claims.Claim"),
        ('"""See `schemas.retry.no_such_rule`."""', "schemas.retry.no_such_rule"),
        ("# docs/lost.md explains it", "docs/lost.md"),
        ("# pool/retry.py decides", "pool/retry.py"),
        ("# retrying.py decides", "retrying.py"),
        ('LIMIT = 1\n"""As in `tests/pool/test_lost.py`."""', "tests/pool/test_lost.py"),
    ],
)
def test_a_remark_that_names_what_is_gone_is_found(remark: str, gone: str) -> None:
    assert mentions.missing(mentions.remarks(f"{remark}\n")) == [gone]


def test_remarks_may_name_what_is_there() -> None:
    text = "# `pool.watch`, `schemas.printable`, schemas/outcomes/retry.py, AGENTS.md, storage/\n"
    assert mentions.missing(mentions.remarks(text)) == []


def test_every_document_stands_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    for document in (ROOT / "docs").rglob("*.md"):
        name = document.relative_to(ROOT / "docs").as_posix()
        assert name == "README.md" or f"]({name})" in index, f"docs/README.md lacks {name}"
    assert "](docs/README.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_newest_section_of_the_changelog_is_about_this_version() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert re.fullmatch(rf"{re.escape(VERSION)}( \(\d{{4}}-\d\d-\d\d\))?", headings[0]), headings[0]
    assert all(re.search(r"\(\d{4}-\d\d-\d\d\)$", heading) for heading in headings[1:])


def test_every_line_of_the_changelog_is_one_news_item() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for line in text.partition("\n## ")[2].splitlines()[1:]:
        assert not line or line.startswith(("- ", "## ", "### ")), line
    items = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(items) == len(set(items))


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        named = re.findall(r"`make ([a-z-]+)`", document.read_text(encoding="utf-8"))
        assert set(named) <= targets, document.name


def test_who_follows_the_readme_in_order_exports_before_deleting() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.index("/export?") < text.index("-X DELETE $U/documents/")


def test_every_extra_for_users_stands_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [
        name
        for name in project["optional-dependencies"]
        if name not in ("bench", "browser", "cluster", "dev", "docs", "frameworks", "fuzz", "test")
    ]
    assert f"'.[{','.join(extras)}]'" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_package_of_the_house_is_in_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = {name.removeprefix("gristmill.") for name in project["tool"]["setuptools"]["packages"]}
    modules = mentions.code_files()
    tops = (*LAYERS, "gristmill")
    found = {path.parent.relative_to(ROOT) for path in modules if path.name == "__init__.py"}
    ours = {".".join(folder.parts) for folder in found if folder.parts[0] in tops}
    assert listed == {name.removeprefix("gristmill.") for name in ours}


def test_the_agents_file_stays_short() -> None:
    assert len((ROOT / "AGENTS.md").read_text().splitlines()) <= 100
