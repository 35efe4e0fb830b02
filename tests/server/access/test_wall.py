"""Which hosts and origins are this service: one table."""

import pytest

from gristmill.server.access.wall import Wall, is_loopback, judge, wall_of

HERE = wall_of("127.0.0.1", ["Grist.Example:443"])
OPEN = wall_of("0.0.0.0", ["grist.example"])
BOUND = wall_of("fd00::5", [])


def code(wall: Wall, host: str | None, origin: str | None = None, site: str | None = None) -> str:
    found = judge(wall, host, origin, site)
    return found[0].code if found else "ok"


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST:8000", "127.0.0.1:1", "127.9.9.9", "[::1]:8000", "[::1]"),
        *("[::ffff:127.0.0.1]:80", "grist.example", "grist.example:444", "GRIST.example"),
    ],
)
def test_loopback_and_what_was_named_is_this_service_at_any_port(host: str) -> None:
    assert code(HERE, host) == "ok"


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example"),
        *("192.0.2.7", "[2001:db8::1]:80", "", ":8000", "localhost:x", "me@localhost", "a b"),
        *("evil.example#localhost", "localhost/evil", "grist.example.", "xgrist.example", "[::1"),
    ],
)
def test_any_other_name_is_kept_out(host: str) -> None:
    assert code(HERE, host) == "host_not_allowed"


def test_a_service_of_a_network_is_called_by_any_address_but_not_by_any_name() -> None:
    assert code(OPEN, "192.0.2.7:8000") == code(OPEN, "[2001:db8::1]") == "ok"
    assert code(BOUND, "[fd00::5]:8000") == code(OPEN, "localhost") == "ok"
    assert code(OPEN, "evil.example") == code(BOUND, "evil.example") == "host_not_allowed"


def test_a_client_that_names_no_host_is_no_browser() -> None:
    assert code(HERE, None) == "ok"
    assert code(HERE, None, "http://localhost:8000") == "cross_origin"


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8000", "http://localhost:8000"),
        ("localhost", "http://localhost"),
        ("localhost:443", "https://localhost"),
        ("grist.example", "https://grist.example"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("localhost:8000", "https://grist.example:9000"),
        ("LOCALHOST:8000", "http://localhost:8000"),
    ],
)
def test_its_own_pages_and_those_of_a_named_host_may_ask(host: str, origin: str) -> None:
    for site in (None, "same-origin", "none", "same-site"):
        assert code(HERE, host, origin, site) == "ok"


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.example", "null", "", "http://localhost:3000", "http://127.0.0.1:8000"),
        *("https://localhost:8001", "file://", "http://localhost:8000.evil.example", "http://["),
        *("http://localhost:99999", "localhost:8000", "http://evil.example/http://localhost:8000"),
        *("ftp://localhost:8000", "http://localhost:8000@evil.example"),
    ],
)
def test_a_page_of_any_other_origin_is_kept_out_even_from_reads(origin: str) -> None:
    assert code(HERE, "localhost:8000", origin) == "cross_origin"


def test_what_the_browser_says_of_the_site_is_enough() -> None:
    assert code(HERE, "localhost:8000", None, "cross-site") == "cross_origin"
    assert code(HERE, "localhost:8000", None, "same-site") == "cross_origin"
    assert code(HERE, "localhost:8000", "https://grist.example", "cross-site") == "cross_origin"
    assert code(HERE, "localhost:8000", None, "same-origin") == "ok"
    assert code(HERE, "localhost:8000", None, "none") == "ok"


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_this_machine_alone(name: str) -> None:
    assert is_loopback(name)
    assert not is_loopback(f"{name}.example")


def test_an_error_quotes_no_more_of_a_request_than_a_person_reads() -> None:
    found = judge(HERE, "x" * 10_000, None, None)
    assert found is not None and len(found[1]) < 300
