"""Whether a job may name a URL."""

from urllib.parse import urlsplit

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.open_addresses import is_open, literal, networks_of
from gristmill.schemas.problems.errors import InvalidRequest, UrlsDisabled
from gristmill.schemas.urls import source_url


def fetchable(url: str, settings: Settings, *, trusted: bool) -> str:
    """The URL as it is kept. A name is not asked for here: who fetches looks at what it leads to,
    each time. Raises UrlsDisabled, InvalidRequest, SettingsError."""
    if settings.url_sources == "no" and not trusted:
        raise UrlsDisabled(
            "sources of type url are switched off in this service; fetch the document and upload "
            "it, or start the service with --url-sources yes"
        )
    known = source_url(url)
    host = urlsplit(known).hostname or ""
    address = literal(host)
    if address is not None and not is_open(address, networks_of(settings.url_allow, "url_allow")):
        raise InvalidRequest(
            f"a source of type url may not be fetched: {host} is no public address (url_allow "
            "names networks that may be)"
        )
    return known
