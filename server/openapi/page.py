"""The OpenAPI document as a page: HTML that unfolds by itself, without scripts or outside
requests, so that the strict policy of pages suffices for it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html import escape
from importlib import resources
from typing import Any

import msgspec

from gristmill.schemas.configuration.drop_in_settings import Protocol
from gristmill.server.calls.tables.service_table import DOCS_STYLE, OPENAPI
from gristmill.server.openapi.document import document

_HEAD = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}: calls</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{style}"></head><body>
<main><h1>{title} <small>{version}</small></h1>
"""
_FOOT = "</main></body></html>\n"
_Rows = Iterable[tuple[str, str]]


@lru_cache(maxsize=4)
def page(root: str, protocols: tuple[Protocol, ...] = ()) -> bytes:
    """The whole page, for a service that is seen below the path `root`."""
    described = msgspec.to_builtins(document(root, protocols))
    info = described["info"]
    head = _HEAD.format(
        title=escape(info["title"]), version=info["version"], style=escape(root + DOCS_STYLE.path)
    )
    raw = escape(root + OPENAPI.path)
    about = [f"<p>{_text(part)}</p>" for part in info["description"].split("\n\n")]
    about.append(f'<p><a href="{raw}"><code>{raw}</code></a> has the same for programs.</p>')
    keys = described["components"]["securitySchemes"]["bearer"]["description"]
    about.append(f"<p>{_text(keys)}</p>")
    parts = [head, *about, *_calls(described), *_shapes(described), _FOOT]
    return "\n".join(parts).encode()


@lru_cache(maxsize=1)
def style() -> bytes:
    """How the page looks."""
    return resources.files(__package__ or "").joinpath("page.css").read_bytes()


def _calls(described: Mapping[str, Any]) -> Iterator[str]:
    groups: dict[str, list[str]] = defaultdict(list)
    for path, methods in described["paths"].items():
        for method, each in methods.items():
            groups[each["tags"][0]].append(_call(f"{method.upper()} {path}", each))
    for tag, calls in groups.items():
        yield f"<section><h2>{escape(tag)}</h2>"
        yield from calls
        yield "</section>"


def _call(line: str, each: Mapping[str, Any]) -> str:
    scopes = [
        " and ".join(names) or "any key" for way in each["security"] for names in way.values()
    ]
    rows = [("key", escape(" or ".join(scopes) or "none needed"))]
    rows += [(f"<code>{escape(p['name'])}</code>", _parameter(p)) for p in each["parameters"]]
    if "requestBody" in each:
        rows += [("body", _content(name, of)) for name, of in _contents(each["requestBody"])]
    for status, answer in each["responses"].items():
        rows.append((status, _answer(answer)))
    return (
        f'<details id="{each["operationId"]}"><summary><code>{escape(line)}</code> '
        f"{_text(each['summary'])}</summary>{_table(rows)}</details>"
    )


def _parameter(each: Mapping[str, Any]) -> str:
    required = ", required" if each.get("required") else ""
    example = escape(str(each["example"]))
    return f"{each['in']}{required}: {_text(each['description'])} <code>{example}</code>"


def _answer(answer: Mapping[str, Any]) -> str:
    contents = [each for each in _contents(answer) if not each[0].endswith("problem+json")]
    headers = ", ".join(f"<code>{escape(name)}</code>" for name in answer.get("headers", ()))
    return "".join(
        (
            _text(answer["description"]),
            f" ({headers})" if headers else "",
            *(_content(name, of) for name, of in contents),
        )
    )


def _contents(of: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return list(of.get("content", {}).items())


def _content(name: str, of: Mapping[str, Any]) -> str:
    """A media type with its example, and its schema where that has a name."""
    reference = of["schema"].get("$ref") or of["schema"].get("items", {}).get("$ref", "")
    shape = reference.rpartition("/")[2]
    link = f' <a href="#{escape(shape)}">{escape(shape)}</a>' if shape else ""
    example = _pretty(of["example"]) if "example" in of else ""
    return f"<details><summary><code>{escape(name)}</code>{link}</summary>{example}</details>"


def _shapes(described: Mapping[str, Any]) -> Iterator[str]:
    yield "<section><h2>Shapes</h2>"
    for name, schema in described["components"]["schemas"].items():
        yield (
            f'<details id="{escape(name)}"><summary><code>{escape(name)}</code> '
            f"{_text(schema.get('description', ''))}</summary>{_pretty(schema)}</details>"
        )
    yield "</section>"


def _pretty(value: Any) -> str:
    text = value if isinstance(value, str) else None
    if text is None:
        text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    return f"<pre>{escape(text)}</pre>"


def _table(rows: _Rows) -> str:
    body = "".join(f'<tr><th scope="row">{what}</th><td>{text}</td></tr>' for what, text in rows)
    return f'<div class="wide"><table>{body}</table></div>'


def _text(text: str) -> str:
    """A sentence, with what stands between backticks as code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))
