"""Zstandard: of Python 3.14 itself, before that of the package `backports.zstd` (PSF licence)."""

import importlib
from typing import Any

from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_MODULES = ("compression.zstd", "backports.zstd")
_WINDOW_LOG = 27  # 128 MiB: what `zstd` itself takes without being told to


def zstd_decompressor() -> Any:
    """Raises DocumentError `unsupported` where neither is installed."""
    library = _library()
    most = {library.DecompressionParameter.window_log_max: _WINDOW_LOG}
    return library.ZstdDecompressor(options=most)


def _library() -> Any:
    for name in _MODULES:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise DocumentError(
        DocumentCode.UNSUPPORTED,
        "zstd is read with the extra 'archives': pip install 'gristmill[archives]'",
    )
