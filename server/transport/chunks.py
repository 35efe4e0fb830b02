"""A chunked body, read strictly: waitress takes blank lines between chunks, bare line feeds in
their sizes, and anything after the last one."""

from typing import Any

from gristmill.server.transport.framing import LONGEST_BYTES, chunk_size, trouble_with_trailer

_END = b"\r\n"


class Chunks:
    """Puts the content of the chunks into `buffer`. `trouble` says why the body is refused; then,
    as when it is `completed`, nothing more is taken."""

    def __init__(self, buffer: Any) -> None:
        self.buffer = buffer
        self.completed = False
        self.trouble: str | None = None
        self.announced = 0
        """Bytes of all chunks that have begun, come or not."""
        self._left = 0
        self._line = bytearray()
        self._trailer: list[bytes] | None = None
        self._trailer_bytes = 0
        self._ending = False

    def __len__(self) -> int:
        return int(self.buffer.__len__())

    def received(self, data: bytes) -> int:
        """Take what belongs to the body; the number of bytes that did."""
        at = 0
        while at < len(data) and not self.completed and self.trouble is None:
            if self._left:
                piece = data[at : at + self._left]
                self.buffer.append(piece)
                self._left -= len(piece)
                at += len(piece)
                self._ending = not self._left
            else:
                at = self._read_line(data, at)
        return at

    def _read_line(self, data: bytes, at: int) -> int:
        """Take up to the next line feed; the place behind it."""
        feed = data.find(b"\n", at)
        end = len(data) if feed < 0 else feed + 1
        self._line += data[at:end]
        held = len(self._line) + self._trailer_bytes
        if held > (len(_END) if self._ending else LONGEST_BYTES):
            self.trouble = "a line between the chunks of the body is too long"
        elif feed >= 0:
            line = bytes(self._line)
            self._line.clear()
            if line.endswith(_END):
                self._take(line[: -len(_END)])
            else:
                self.trouble = "a line between the chunks of the body ends without CR LF"
        return end

    def _take(self, line: bytes) -> None:
        if self._ending:
            self._ending = False
            self.trouble = "a chunk is longer than it says" if line else None
        elif self._trailer is None:
            self._begin(line)
        elif line:
            self._trailer.append(line)
            self._trailer_bytes += len(line)
        else:
            self.trouble = trouble_with_trailer(self._trailer)
            self.completed = self.trouble is None

    def _begin(self, line: bytes) -> None:
        size = chunk_size(line)
        if size is None:
            self.trouble = "the size of a chunk is malformed"
        elif size == 0:
            self._trailer = []
        else:
            self._left = size
            self.announced += size

    # What waitress asks a receiver for.

    error = None

    def getfile(self) -> Any:
        return self.buffer.getfile()

    def getbuf(self) -> Any:
        return self.buffer
