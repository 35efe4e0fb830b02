"""The pages of docs/ as a site: strict, whole, and without a request to anybody else."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from support.patience import patient

ROOT = Path(__file__).parents[1]
_LOADED = re.compile(
    r"<(?:script|link|img|iframe|source|object|embed)\b[^>]*?"
    r"\b(?:src|href|srcset|data)=[\"']?([^\"'> ]+)"
)
_LINKED = re.compile(r"<a\b[^>]*?\bhref=[\"']?([^\"'> ]+)")
_STYLED = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^)\"' ]*)")
_ELSEWHERE = re.compile(r"(?:[a-z]+:)?//|mailto:|urn:", re.IGNORECASE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` does it."""
    pytest.importorskip("material", reason="make docs installs it")
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=patient(60),
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.mark.slow
def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not [each for each in _LOADED.findall(text) if _ELSEWHERE.match(each)], page.name
        # Material's script fetches something for these: for diagrams, and for a repository.
        assert not re.search(r"class=[\"']?mermaid|data-md-component=[\"']?source", text), page.name
    for style in [*site.rglob("*.css"), *pages]:
        assert not _STYLED.findall(style.read_text(encoding="utf-8")), style.name


@pytest.mark.slow
def test_every_link_of_the_site_leads_to_a_page_and_a_heading(site: Path) -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in site.rglob("*.html")}
    marks = {page: set(re.findall(r"\bid=[\"']?([^\"'> ]+)", text)) for page, text in texts.items()}
    followed = 0
    for page, text in texts.items():
        # Of the page that is not found nobody knows where it will stand.
        for link in _LINKED.findall(text) if page.name != "404.html" else ():
            path, _, mark = unquote(link).partition("#")
            if _ELSEWHERE.match(link):
                continue
            target = (page.parent / path).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), f"{page.name}: {link}"
            assert not mark or mark in marks.get(target, {mark}), f"{page.name}: {link}"
            followed += 1
    assert followed > 1000


def test_links_out_of_docs_lead_into_the_repository() -> None:
    hook = runpy.run_path(str(ROOT / ".ci" / "docs_links.py"))
    linked, there = hook["linked"], hook["REPOSITORY"]
    assert linked("[a](../README.md)", "b.md") == f"[a]({there}README.md)"
    assert linked("[a](../../pool/x.py#L1)", "how-to/b.md") == f"[a]({there}pool/x.py#L1)"
    for inside in ("[a](../b.md)", "[a](../decisions/c.md#d)", "[a](c.md)", "[a](https://x.org)"):
        assert linked(inside, "how-to/b.md") == inside
