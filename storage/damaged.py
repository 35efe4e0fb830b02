"""JSON from a disk that may be damaged."""

import msgspec

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding raises for bytes that are no JSON of the kind that is expected: half a file, other
characters than UTF-8, brackets without an end. One such file must never stop a start."""
