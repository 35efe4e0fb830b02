"""Errors of the search by meaning: what is lacking, and what to do."""

from gristmill.schemas.problems.errors import GristmillError, Unavailable

SEMANTIC_HINT = "pip install 'gristmill[semantic]'"


class ModeUnavailable(GristmillError):
    """The search has no vectors to look at, or the model that made them is not there; the message
    says what to do."""

    code = "mode_unavailable"


class SemanticSearchBusy(Unavailable):
    """The process that searches by meaning is starting, busy or had to be ended: a later try may
    go better."""

    code = "semantic_search_busy"
    retry_after = 2


def not_installed(package: str | None) -> ModeUnavailable:
    """A package of the extra is missing."""
    return ModeUnavailable(f"{package} is not installed; {SEMANTIC_HINT}")
