"""Flags that several commands share. Those of settings are made from the class Settings."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from gristmill.cli.configured import api_key
from gristmill.schemas.configuration.knobs import Knob, knobs
from gristmill.schemas.configuration.settings import Settings

_Command = TypeVar("_Command", bound=Callable[..., Any])
ALL = tuple(knobs(Settings))

job_argument = click.argument("job_id", metavar="ID")
"""A job's id, its first letters, or `last`."""
every_flag = click.option(
    "--all", "every", is_flag=True, help="Each failure and warning, not those of a kind together."
)
json_flag = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
collection_flag = click.option("--collection", "-c", metavar="NAME", help="Only this collection.")
filter_flag = click.option(
    "--filter",
    "where",
    metavar="FILTER",
    help="Only documents that pass this, such as 'pages > 10 and language = en'.",
)
after_flag = click.option(
    "--after", metavar="CURSOR", help="Go on after `next` of the page before."
)
_if_documents = click.option(
    "--if-documents",
    "expected",
    type=click.IntRange(min=0),
    metavar="N",
    help="Delete, without a question, if there are exactly so many.",
)
_yes = click.option("--yes", is_flag=True, help="Delete, without a question, however many.")
step_flag = click.option(
    "--step",
    "steps",
    metavar="NAME",
    multiple=True,
    help="Do this with the chunks; may be repeated. With options: a JSON object such as "
    '{"name": "keywords", "options": {"count": 5}}.',
)
pdf_flag = click.option(
    "--pdf",
    type=click.Choice(["structure", "text"]),
    help="What is read of a PDF: its structure, or only its text, which is faster.  "
    "[default: structure]",
)
_CHUNK_FLAGS = {
    "max-chars": "Hard limit of a chunk's length.",
    "overlap-chars": "Repeated between neighbouring chunks.",
    "max-tokens": "Cut by tokens of `tokenizer_file` instead: hard limit of a chunk.",
    "overlap-tokens": "Repeated between neighbouring chunks, in tokens.",
}
_server = click.option(
    "--server",
    metavar="URL",
    envvar="GRISTMILL_SERVER",
    show_envvar=True,
    help="Ask this server instead of the data folder.",
)
_key_file = click.option(
    "--key-file",
    metavar="FILE",
    envvar=api_key.FILE_VARIABLE,
    show_envvar=True,
    expose_value=False,
    callback=api_key.remember_file,
    help=f"File with the API key for the server; without it, {api_key.VARIABLE} has the key.",
)


def server_flag(command: _Command) -> _Command:
    """`--server`, and the key for it."""
    return _server(_key_file(command))


def confirming_flags(command: _Command) -> _Command:
    """`--if-documents` and `--yes`."""
    return _if_documents(_yes(command))


def chunk_flags(command: _Command) -> _Command:
    """`--chunk-max-chars` and its like; they arrive under the names of the options."""
    for name, text in reversed(_CHUNK_FLAGS.items()):
        command = click.option(f"--chunk-{name}", type=int, metavar="N", help=text)(command)
    return command


def chunk_options(flags: dict[str, Any]) -> dict[str, int]:
    """What these flags say, taken out of a command's keyword arguments."""
    names = [f"chunk_{name.replace('-', '_')}" for name in _CHUNK_FLAGS]
    given = {name: flags.pop(name) for name in names}
    return {name: value for name, value in given.items() if value is not None}


def limit_flag(default: int) -> Callable[[_Command], _Command]:
    """`--limit N`."""
    return click.option(
        "--limit",
        type=click.IntRange(1, 1000),
        default=default,
        metavar="N",
        help=f"At most so many items (1 to 1000).  [default: {default}]",
    )


def settings_flags(*names: str) -> Callable[[_Command], _Command]:
    """`--config` and a flag for each of these settings; their values arrive as keyword arguments
    with the settings' names, None (or an empty tuple) where not given."""

    def decorate(command: _Command) -> _Command:
        table = knobs(Settings)
        for name in reversed(names):
            command = _flag(table[name])(command)
        return click.option(
            "--config",
            metavar="FILE",
            envvar="GRISTMILL_CONFIG",
            show_envvar=True,
            help="Settings file.  [default: gristmill.toml, if there is one]",
        )(command)

    return decorate


def _flag(knob: Knob) -> Callable[[_Command], _Command]:
    default = "" if knob.default in ([], "") else f"  [default: {knob.default}]"
    # As text: what a value may be is checked in one place, after all sources are merged.
    return click.option(
        knob.flag,
        knob.name,
        metavar=knob.metavar,
        multiple=knob.repeated,
        type=str,
        help=knob.description + default,
    )
