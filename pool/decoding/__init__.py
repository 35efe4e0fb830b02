"""The JSON of submissions; a large one is decoded by a process of its own, which may be killed."""

from gristmill.pool.decoding.decoding import Decoded, Decoding
from gristmill.pool.decoding.requests import decode_line, decode_task

__all__ = ["Decoded", "Decoding", "decode_line", "decode_task"]
