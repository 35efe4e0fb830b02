"""A failure as a problem document (RFC 9457), for a program that has asked for JSON."""

from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.failures import CommandFailure
from gristmill.schemas.problems.errors import GristmillError

_CODES = {
    ExitCode.USAGE: "invalid_request",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.TERMINATED: "terminated",
    ExitCode.OUTPUT_CLOSED: "output_closed",
    ExitCode.NOT_FOUND: "not_found",
    ExitCode.DATA_FOLDER: "storage_full",
}
"""Of what no error of ours stands behind."""
_BAD_REQUEST, _NOT_FOUND, _OURS = 400, 404, 500
_STATUS = {ExitCode.USAGE: _BAD_REQUEST, ExitCode.NOT_FOUND: _NOT_FOUND}


def problem_of(error: BaseException, failure: CommandFailure) -> bytes:
    """The members that HTTP's problems have, and `exit_code`; `status` is the one that HTTP would
    have answered with."""
    from gristmill.server.problems import document, status_of

    detail, extra = failure.sentence or "", {"exit_code": int(failure.code)}
    if isinstance(error, GristmillError):
        return document(status_of(error), error.code, detail, {**error.extra, **extra})
    code = _CODES.get(failure.code, "internal")
    return document(_STATUS.get(failure.code, _OURS), code, detail, extra)
