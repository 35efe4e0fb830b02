"""The pages as a browser gets them: what is theirs, to whom, and with which policy."""

import re
from html.parser import HTMLParser

import pytest
from support.http_app import HttpApp, MakeApp
from support.job_samples import NOON

from gristmill.schemas.access import ApiKey, Grant
from gristmill.server.access.entrance import PAGES as POLICY
from gristmill.server.pages.assets import FOLDER, TYPES, assets
from gristmill.server.pages.book import PAGES, SIGN_IN, Page
from gristmill.storage.stores import Stores

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Markup(HTMLParser):
    """What of a page would run, or load something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline, self.addresses = list[str](), list[str]()
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._in_script = tag == "script"
        self.inline += [name for name in values if name == "style" or name.startswith("on")]
        self.inline += ["style"] if tag == "style" else []
        self.addresses += [
            value for name in ("src", "href", "action") if (value := values.get(name)) is not None
        ]

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.inline.append("script")


def path_of(page: Page) -> str:
    return re.sub(r"{\w+}", "x", page.path)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (BROWSER, "text/html"),
        ("text/html", "text/html"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/json, text/html;q=0.5", "application/json"),
        ("no sense", "application/json"),
    ],
)
def test_the_root_is_a_page_to_browsers_and_the_index_to_programs(
    service: HttpApp, accept: str, kind: str
) -> None:
    answer = service.http.simulate_get("/", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_runs_and_loads_nothing_but_our_own_files(make_service: MakeApp, page: Page) -> None:
    service = make_service(root_path="/below")
    answer = service.http.simulate_get(path_of(page))
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-store"
    found = Markup(answer.text)
    assert found.inline == []
    assert all(each.startswith(("/below/", "#")) for each in found.addresses)
    static = [each for each in found.addresses if "/ui/static/" in each]
    assert {each.rpartition("/")[2] for each in static} >= {"style.css", f"{page.name}.js"}
    for address in static:
        loaded = service.http.simulate_get(address.removeprefix("/below"))
        assert loaded.status_code == 200
        assert "immutable" in loaded.headers["cache-control"]


def test_files_import_only_files_that_are_there() -> None:
    for path in FOLDER.glob("*.js"):
        for name in re.findall(r"from '([^']*)'", path.read_text(encoding="utf-8")):
            assert name.startswith("./") and (FOLDER / name).is_file(), (path.name, name)


def test_no_file_makes_markup_of_text_or_asks_anybody_else() -> None:
    for name, data in assets().files.items():
        text = data.decode()
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert way not in text, name
        assert not re.search(r"https?://(?=\w)(?!www\.w3\.org/)", text), name
        assert name[name.rindex(".") :] in TYPES


@pytest.mark.parametrize("name", ["nothing.js", "..%2fbook.py", "__init__.py"])
def test_what_is_no_file_of_the_pages_is_a_404(service: HttpApp, name: str) -> None:
    answer = service.http.simulate_get(f"/ui/static/{assets().version}/{name}")
    assert answer.status_code == 404


def test_a_file_under_an_old_address_is_not_kept(service: HttpApp) -> None:
    answer = service.http.simulate_get("/ui/static/old/style.css")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


def test_below_a_mount_the_links_have_its_path(service: HttpApp) -> None:
    answer = service.http.simulate_get("/", headers={"Accept": BROWSER}, root_path="/mounted")
    assert all(each.startswith(("/mounted/", "#")) for each in Markup(answer.text).addresses)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("grant", ["read", "ingest", "admin"])
def test_the_menu_has_what_a_key_may_see_and_the_rest_is_refused(
    service: HttpApp, page: Page, grant: Grant
) -> None:
    token = Stores(service.folder).tokens.add(ApiKey("k", "", (grant,), NOON))
    headers = {"Authorization": f"Bearer {token}"}
    menu = service.http.simulate_get("/", headers={**headers, "Accept": BROWSER}).text
    answer = service.http.simulate_get(path_of(page), headers=headers)
    assert answer.status_code in (200, 403)
    if page.nav:
        assert (f'href="{page.path}"' in menu) == (answer.status_code == 200)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_stranger_is_sent_to_sign_in_and_back(service: HttpApp, page: Page) -> None:
    Stores(service.folder).tokens.add(ApiKey("k", "", ("admin",), NOON))
    answer = service.http.simulate_get(path_of(page), query_string="q=a%26b")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{SIGN_IN}?next={path_of(page)}%3Fq%3Da%2526b"


FOLLOWED = {
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Accept": BROWSER,
}
"""What a browser sends when somebody clicks on another site's link."""


@pytest.mark.parametrize(
    "path", ["/", "/ui/jobs?q=a%22b&state=failed", "/ui/search", "/ui/sign-in"]
)
def test_a_link_from_elsewhere_is_shown_the_way_on_and_nothing_else(
    service: HttpApp, path: str
) -> None:
    for site in ("cross-site", "same-site"):
        answer = service.http.simulate_get(path, headers={**FOLLOWED, "Sec-Fetch-Site": site})
        assert answer.status_code == 200
        assert 'http-equiv="refresh"' in answer.text and "<nav" not in answer.text
        assert f'href="{path.replace("&", "&amp;")}"' in answer.text
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize(
    ("method", "path", "other"),
    [
        ("GET", "/ingest", {}),
        ("GET", "/documents/x", {}),
        ("POST", "/ui/sign-in", {}),
        ("POST", "/ui/sign-out", {}),
        ("GET", "/ui/jobs", {"Sec-Fetch-Dest": "iframe"}),
        ("GET", "/ui/jobs", {"Sec-Fetch-Dest": "embed"}),
        ("GET", "/ui/jobs", {"Sec-Fetch-Mode": "no-cors"}),
        ("GET", "/ui/jobs", {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}),
        ("GET", "/ui/jobs", {"Origin": "http://evil.example"}),
        ("GET", f"/ui/static/{assets().version}/jobs.js", {}),
    ],
)
def test_nothing_else_of_another_site_is_let_in(
    service: HttpApp, method: str, path: str, other: dict[str, str]
) -> None:
    answer = service.http.simulate_request(method, path, headers={**FOLLOWED, **other})
    assert (answer.status_code, answer.json["code"]) == (403, "cross_origin")


def test_a_wrong_host_is_kept_out_whoever_follows_a_link_there(service: HttpApp) -> None:
    headers = {**FOLLOWED, "Host": "evil.example"}
    answer = service.http.simulate_get("/ui/jobs", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "host_not_allowed")
