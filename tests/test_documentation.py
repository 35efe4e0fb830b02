"""What the documents name exists."""

import re
import tomllib
from pathlib import Path

import pytest

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
    extras = [name for name in project["optional-dependencies"] if name not in ("bench", "dev")]
    assert f"'.[{','.join(extras)}]'" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_agents_file_stays_short() -> None:
    assert len((ROOT / "AGENTS.md").read_text().splitlines()) <= 100
