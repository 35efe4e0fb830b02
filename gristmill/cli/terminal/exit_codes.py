"""What the program's exit status says. `gristmill --help` prints this table."""

from enum import IntEnum

from gristmill.schemas.problems import (
    access_errors,
    bulk_errors,
    collection_errors,
    content_errors,
    errors,
    library_errors,
    mirror_errors,
)
from gristmill.schemas.problems.batch_errors import BatchTooLong, TooManyBadLines


class ExitCode(IntEnum):
    """Every exit status of the program."""

    OK = 0
    FAILED = 1
    USAGE = 2
    DOCUMENTS_FAILED = 3
    UNAVAILABLE = 4
    SETTINGS = 5
    DATA_FOLDER = 6
    PORT = 7
    NOT_FOUND = 8
    DENIED = 9
    INTERRUPTED = 130
    OUTPUT_CLOSED = 141
    TERMINATED = 143


MEANINGS: dict[ExitCode, str] = {
    ExitCode.OK: "done",
    ExitCode.FAILED: "failed; `check`: there are findings",
    ExitCode.USAGE: "the command or the request is wrong",
    ExitCode.DOCUMENTS_FAILED: "done, but some documents failed",
    ExitCode.UNAVAILABLE: "no server or supervisor answers, or it is full; try again",
    ExitCode.SETTINGS: "a setting is wrong",
    ExitCode.DATA_FOLDER: "the data folder is unusable, in use or full",
    ExitCode.PORT: "the address cannot be listened on",
    ExitCode.NOT_FOUND: "no such file, job, document, collection or key",
    ExitCode.DENIED: "the server wants an API key, or one that may do this",
    ExitCode.INTERRUPTED: "interrupted (Ctrl-C)",
    ExitCode.OUTPUT_CLOSED: "the reader of the output went away",
    ExitCode.TERMINATED: "terminated (SIGTERM)",
}

OF_ERROR: dict[type[errors.GristmillError], ExitCode] = {
    errors.InvalidRequest: ExitCode.USAGE,
    errors.UnsupportedOption: ExitCode.USAGE,
    errors.TooManySources: ExitCode.USAGE,
    BatchTooLong: ExitCode.USAGE,
    TooManyBadLines: ExitCode.USAGE,
    errors.PathNotFound: ExitCode.NOT_FOUND,
    errors.PathEmpty: ExitCode.NOT_FOUND,
    errors.JobNotFound: ExitCode.NOT_FOUND,
    errors.DocumentNotFound: ExitCode.NOT_FOUND,
    errors.ChunkNotFound: ExitCode.NOT_FOUND,
    collection_errors.UnknownCollection: ExitCode.NOT_FOUND,
    collection_errors.ConfirmationNeeded: ExitCode.USAGE,
    content_errors.TableNotFound: ExitCode.NOT_FOUND,
    content_errors.PageNotFound: ExitCode.NOT_FOUND,
    access_errors.KeyNotFound: ExitCode.NOT_FOUND,
    access_errors.KeyExists: ExitCode.USAGE,
    mirror_errors.MirrorNotFound: ExitCode.NOT_FOUND,
    mirror_errors.MirrorExists: ExitCode.USAGE,
    bulk_errors.BulkNotFound: ExitCode.NOT_FOUND,
    bulk_errors.BulkNotConfirmed: ExitCode.USAGE,
    access_errors.Unauthorized: ExitCode.DENIED,
    access_errors.Forbidden: ExitCode.DENIED,
    access_errors.HostNotAllowed: ExitCode.DENIED,
    errors.Unavailable: ExitCode.UNAVAILABLE,
    errors.StorageFull: ExitCode.DATA_FOLDER,
    errors.StorageFailed: ExitCode.DATA_FOLDER,
    library_errors.LibraryTrouble: ExitCode.DATA_FOLDER,
    errors.SettingsError: ExitCode.SETTINGS,
    errors.DataFolderBusy: ExitCode.DATA_FOLDER,
    errors.DataFolderUnusable: ExitCode.DATA_FOLDER,
    errors.PortInUse: ExitCode.PORT,
    errors.DocumentError: ExitCode.DOCUMENTS_FAILED,
}
"""Exit code by error class. A subclass without a row takes its parent's; without any, FAILED."""


def exit_code(error: errors.GristmillError) -> ExitCode:
    """The exit code that `error` ends the program with."""
    return exit_code_of_class(type(error))


def exit_code_of_class(kind: type[errors.GristmillError]) -> ExitCode:
    """The exit code that errors of a class end the program with."""
    return next((OF_ERROR[each] for each in kind.__mro__ if each in OF_ERROR), ExitCode.FAILED)
