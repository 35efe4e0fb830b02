"""The header of a Markdown file: `---` (simple `key: value` lines) or `+++` (TOML)."""

import tomllib
from typing import Any

_MAX_LINES = 200


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Metadata and the rest of the text; no metadata where the header is none."""
    fence = text[:4]
    if fence not in ("---\n", "+++\n"):
        return {}, text
    lines = text[: 64 * 1024].split("\n")[1 : _MAX_LINES + 1]
    for index, line in enumerate(lines):
        if line.rstrip() == fence[:3] or (fence[0] == "-" and line.rstrip() == "..."):
            metadata = _toml(lines[:index]) if fence[0] == "+" else _pairs(lines[:index])
            if not metadata:
                break
            return metadata, text[4 + sum(len(each) + 1 for each in lines[: index + 1]) :]
    return {}, text


def _toml(lines: list[str]) -> dict[str, Any]:
    try:
        loaded = tomllib.loads("\n".join(lines))
    except (ValueError, RecursionError):  # a number of 5,000 digits is no TOMLDecodeError
        return {}
    return {key: _plain(value) for key, value in loaded.items() if not isinstance(value, dict)}


def _plain(value: object) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool) else str(value)


def _pairs(lines: list[str]) -> dict[str, Any]:
    """The simple part of YAML: scalars, `[a, b]` and `- a` lists. Deeper values are left out."""
    found: dict[str, Any] = {}
    key = ""
    for line in lines:
        if line.startswith((" ", "\t", "-")):
            item = line.strip()
            if key and item.startswith("- ") and found.get(key, "") in ("", found.get(key)):
                kept = found[key] if isinstance(found.get(key), list) else []
                found[key] = [*kept, _scalar(item[2:])]
            continue
        key, colon, value = line.partition(":")
        key = key.strip()
        if colon and key and not key.startswith("#"):
            found[key] = _value(value.strip())
    return {name: value for name, value in found.items() if value != ""}


def _value(text: str) -> Any:
    if text.startswith("[") and text.endswith("]"):
        return [_scalar(part) for part in text[1:-1].split(",") if part.strip()]
    return _scalar(text)


def _scalar(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
