"""Whether a job that cuts by tokens finds a tokenizer here. Looks, and loads none."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.problems.errors import TokenizerUnavailable


def check_tokenizer(options: Options, settings: Settings) -> None:
    """Raises TokenizerUnavailable."""
    if options.chunk_max_tokens is None:
        return
    if not settings.tokenizer_file:
        raise TokenizerUnavailable(
            "chunk_max_tokens needs a tokenizer; whoever runs the service names a tokenizer.json "
            "in tokenizer_file"
        )
    if not Path(settings.tokenizer_file).expanduser().is_file():
        raise TokenizerUnavailable("the tokenizer.json is not where tokenizer_file says")
    try:
        distribution("tokenizers")
    except PackageNotFoundError:
        hint = "pip install 'gristmill[embed]'"
        raise TokenizerUnavailable(
            f"chunk_max_tokens needs tokenizers on the server: {hint}"
        ) from None
