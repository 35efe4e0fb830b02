"""httpx without its own command line, which would bring rich and pygments to every program."""

import ssl
from urllib.request import getproxies

from gristmill.pipeline.importing import hidden

with hidden("httpx._main"):
    import httpx

__all__ = ["certificates_for", "httpx"]


def certificates_for(url: str) -> ssl.SSLContext | bool:
    """What a client for `url` trusts. To load all certificates takes longer than most answers do,
    so a client that needs none has none: no server could pass."""
    if url.lower().startswith("http://") and not getproxies():
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return True
