"""httpx without its own command line, which would bring rich and pygments to every command."""

from gristmill.pipeline.importing import hidden

with hidden("httpx._main"):
    import httpx

__all__ = ["httpx"]
