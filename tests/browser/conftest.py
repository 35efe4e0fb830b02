"""A service, and a real Chromium that looks at it. `make browser-test` installs what this needs."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.patience import WAIT_S
from support.running import Service, end

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
HOOKS = ("--webhook-allow", "127.0.0.0/8", "--webhook-retry-s", "600")
HEIGHT = 844
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("there is no Chromium here; `make browser-test` says how to get one")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that path sources may name."""
    return tmp_path_factory.mktemp("root")


@pytest.fixture(scope="session")
def service(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for all. A document that is called slow.txt is never done with, the first time."""
    folder = tmp_path_factory.mktemp("service")
    service = Service(folder / "data", "--workers", "2", "--allow-root", str(root), *HOOKS)
    try:
        yield service.start(GRISTMILL_FAULTS=f"document.parse:slow.txt=hang#{folder / 'once'}")
    finally:
        end(service)


@pytest.fixture(scope="session")
def profiles(chromium: Any) -> Callable[[str], Any]:
    """The browser's profile for the service at an address. A new one for each page would fetch and
    compile all scripts anew, which is most of what a page costs."""

    @cache
    def profile(address: str) -> Any:
        context = chromium.new_context(base_url=address)
        context.set_default_timeout(WAIT_S * 1000 / 2)
        return context

    return profile


Open = Callable[..., Any]
"""`open_page("/ui/jobs", width=390, color_scheme="dark")`: a page, and no cookie of another test.
Our pages keep nothing else in a profile."""


@pytest.fixture
def open_page(profiles: Callable[[str], Any], service: Service) -> Iterator[Open]:
    """Pages that complain about nothing: no error in the console, none of a script."""
    said: list[str] = []
    pages: list[Any] = []

    def complain(message: Any) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    def open_at(
        path: str,
        *,
        width: int = 1280,
        color_scheme: str = "light",
        of: Service = service,
        quiet: bool = True,
    ) -> Any:
        page = profiles(str(of.http.base_url)).new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=color_scheme)
        if quiet:
            page.on("console", complain)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(f"a dialog: {dialog.message}"))
        page.goto(path)
        return page

    yield open_at
    for page in pages:
        page.close()
        page.context.clear_cookies()
    assert said == []


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Callable[[Any, str], None]:
    """Keep a picture of a page where KEEP_SCREENSHOTS names a folder."""
    folder = os.environ.get("KEEP_SCREENSHOTS")

    def shoot(page: Any, name: str) -> None:
        if folder:
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

    return shoot


@pytest.fixture(scope="session")
def flaws() -> Callable[[Any], str]:
    """What axe-core finds on a page, in words; nothing where it is accessible."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def find(page: Any) -> str:
        # It takes longer to read axe-core than to run it: once a page suffices.
        if page.evaluate("typeof axe === 'undefined'"):
            page.evaluate(axe.axe_script)
        # Colours that are on their way to others are no finding.
        page.evaluate("Promise.allSettled(document.getAnimations().map(each => each.finished))")
        found = page.evaluate("axe.run({resultTypes: ['violations']}).then(all => all.violations)")
        return "\n".join(
            f"{each['id']} ({each['help']}): {node['html']} {node['failureSummary']}"
            for each in found
            for node in each["nodes"]
        )

    return find


@pytest.fixture
def sound(
    keep: Callable[[Any, str], None], flaws: Callable[[Any], str]
) -> Callable[[Any, str], None]:
    """Keep a picture of a page; it is no wider than its window, and axe-core finds nothing."""

    def look(page: Any, name: str) -> None:
        keep(page, name)
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{name} is {over} pixels too wide"
        assert not (found := flaws(page)), f"{name}: {found}"

    return look
