"""URLs that this program calls: which ones it takes, and the one way in which each is written."""

import posixpath
import re
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from gristmill.schemas.problems.errors import InvalidRequest

MAX_URL_CHARS = 8192
_PLAIN = re.compile(r"[!-~]+")
_PORTS = {"http": 80, "https": 443}
_SIGNED = frozenset(
    {
        *("x-amz-signature", "x-amz-security-token", "x-goog-signature", "awsaccesskeyid"),
        *("access_token", "api_key", "apikey", "password"),
    }
)
"""Parameters that are a credential: a source's URL is its document's name, which everybody sees."""


def trouble_of(url: str, most: int = MAX_URL_CHARS) -> str | None:
    """Why a URL cannot be called; None where it can."""
    if len(url) > most:
        return f"it has more than {most} characters"
    if not _PLAIN.fullmatch(url):
        return "it has blanks or characters that are not ASCII; percent-encode them"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme not in _PORTS:
        return "it does not begin with http:// or https://"
    if not host:
        return "it names no host"
    if parts.username is not None or parts.password is not None:
        return "it has a user name or password in it, which would be kept and shown"
    return None


def source_url(url: str) -> str:
    """A URL that a source may name, in its canonical form. Raises InvalidRequest, which does not
    repeat it: it may have a password in it."""
    trouble = trouble_of(url)
    if trouble is None:
        given = {name.lower() for name, _ in parse_qsl(urlsplit(url).query)}
        if found := sorted(given & _SIGNED):
            trouble = f"its parameter {found[0]} is a credential, which would be kept and shown"
    if trouble is not None:
        raise InvalidRequest(f"a source of type url cannot be fetched: {trouble}")
    return canonical(url)


def canonical(url: str) -> str:
    """One of the many ways in which a sound URL may be written: the host in small letters, no port
    that goes without saying, no dots in its path, and no fragment, which is never sent."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    if parts.port is not None and parts.port != _PORTS.get(parts.scheme):
        host = f"{host}:{parts.port}"
    return urlunsplit((parts.scheme, host, _path(parts.path), parts.query, ""))


def shown(url: str) -> str:
    """A URL without its query, which may have a secret in it."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def is_url(given: str) -> bool:
    """Whether a text is meant as a URL, and as no path."""
    return given.lower().startswith(("http://", "https://"))


def _path(path: str) -> str:
    if "/." not in path:
        return path or "/"
    last = path.rpartition("/")[2]
    plain = posixpath.normpath(path).replace("//", "/", 1)
    is_folder = last in ("", ".", "..") and plain != "/"
    return f"{plain}/" if is_folder else plain
