"""Parsers by media type, found through the entry points of installed packages."""

import logging
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from gristmill.pipeline.shapes import ParserPlugin

GROUP = "gristmill.parsers"
_OURS = "gristmill.pipeline.parsers."
_HEAD_BYTES = 16 * 1024
_log = logging.getLogger(__name__)


def parser_for(media_type: str) -> ParserPlugin | None:
    """The parser of a media type, or None where no installed package has one."""
    return _by_media_type().get(media_type)


def media_types() -> tuple[str, ...]:
    """Every media type that can be read, sorted."""
    return tuple(sorted(_by_media_type()))


def recognised(data: bytes, name: str) -> str | None:
    """The media type of a document that a user's parser knows by its first bytes."""
    for plugin in _recognisers():
        try:
            found: str | None = plugin.recognise(data[:_HEAD_BYTES], name)
        except Exception as error:
            _log.warning("a parser for %s cannot recognise: %s", plugin.media_types[0], error)
            continue
        if found is not None and parser_for(found) is plugin:
            return found
    return None


@cache
def _recognisers() -> tuple[Any, ...]:
    plugins = {id(each): each for each in _by_media_type().values()}.values()
    return tuple(each for each in plugins if hasattr(each, "recognise"))


@cache
def versions() -> tuple[str, ...]:
    """Names and versions of the parsers in use, sorted: a part of the pipeline hash."""
    return tuple(sorted(f"{kind}={plugin.version}" for kind, plugin in _by_media_type().items()))


def preload() -> None:
    """Import what parsers would import at their first document. For before the fork."""
    for plugin in {id(each): each for each in _by_media_type().values()}.values():
        warm = getattr(plugin, "preload", None)
        if warm is not None:
            warm()


@cache
def _by_media_type() -> dict[str, ParserPlugin]:
    """Ours first, so that a user's package takes a media type over by naming it."""
    found: dict[str, ParserPlugin] = {}
    points = sorted(
        entry_points(group=GROUP),
        key=lambda point: (not point.value.startswith(_OURS), point.name, point.value),
    )
    for point in points:
        plugin = _load(point)
        if plugin is not None:
            found.update(dict.fromkeys(plugin.media_types, plugin))
    return found


def _load(point: EntryPoint) -> ParserPlugin | None:
    """A broken package costs its own formats, never the service."""
    try:
        plugin: ParserPlugin = point.load()
        if not (callable(plugin.parse) and plugin.media_types and str(plugin.version)):
            raise TypeError("it needs media_types, version and parse")
    except Exception as error:
        _log.warning("parser %r (%s) is left out: %s", point.name, point.value, error)
        return None
    return plugin
