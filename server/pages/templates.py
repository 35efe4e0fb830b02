"""The HTML of pages: frames without data, which their modules fill in."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill.schemas.version import VERSION
from gristmill.server.pages.assets import assets
from gristmill.server.pages.book import PAGES, SIGN_IN, SIGN_OUT

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "templates"


def render(name: str, **values: Any) -> bytes:
    """A template as a page. All that is put into it is escaped."""
    return _environment().get_template(name).render(**values).encode()


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    # Not with this module: a service that no browser opens never needs it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {
        "version": VERSION,
        "assets": assets().version,
        "pages": PAGES,
        "sign_in": SIGN_IN,
        "sign_out": SIGN_OUT,
    }
    return environment
