"""What a webhook may reach, and what it may not."""

import ipaddress

import pytest

from gristmill.schemas.open_addresses import is_open, literal, networks_of
from gristmill.schemas.problems.errors import InvalidRequest, SettingsError
from gristmill.schemas.urls import shown
from gristmill.schemas.webhooks import checked_url

CLOSED = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.2.1", "198.18.0.1"),
    *("224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1"),
    *("::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("::7f00:1", "::a9fe:a9fe", "64:ff9b:1::7f00:1", "fec0::1", "192.0.0.8", "2001:2::1"),
    *("2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:0:0:0:0:80ff:fffe"),
]


@pytest.mark.parametrize("address", CLOSED)
def test_what_is_not_public_is_closed(address: str) -> None:
    assert not is_open(ipaddress.ip_address(address), ())


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111"])
def test_what_is_public_is_open(address: str) -> None:
    assert is_open(ipaddress.ip_address(address), ())


def test_a_network_that_is_allowed_is_open_and_no_other() -> None:
    allowed = networks_of(["10.0.0.0/8", "::1"])
    assert is_open(ipaddress.ip_address("10.1.2.3"), allowed)
    assert is_open(ipaddress.ip_address("::ffff:10.1.2.3"), allowed)
    assert is_open(ipaddress.ip_address("::1"), allowed)
    assert not is_open(ipaddress.ip_address("192.168.1.1"), allowed)
    assert not is_open(ipaddress.ip_address("127.0.0.1"), allowed)


def test_what_names_no_network_is_refused() -> None:
    with pytest.raises(SettingsError, match="webhook_allow"):
        networks_of(["everything"])


def test_a_name_is_no_literal() -> None:
    assert literal("example.com") is None and literal("::1") is not None


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.com", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com"),
        *("http://", "http:///path", "http://user@example.com/", "http://a:b@example.com/"),
        *("http://example.com/#part", "http://example.com:99999/", "http://exa mple.com/"),
        *("http://example.com/\r\nX: y", "http://exämple.com/", "http://[::1/"),
        "http://example.com/" + "a" * 2000,
    ],
)
def test_what_is_no_receiver_is_refused(url: str) -> None:
    with pytest.raises(InvalidRequest, match="the webhook is no URL"):
        checked_url(url)


def test_a_query_is_not_shown() -> None:
    assert checked_url("https://example.com:8443/a?token=secret")
    assert shown("https://example.com:8443/a?token=secret") == "https://example.com:8443/a"
