"""The process that renders one page: `python -m gristmill.pool.page_images.child FILE TYPE PAGE DPI
locked|open`. The PNG goes to stdout, and what else there is to say into the exit status."""

import io
import os
import sys
from contextlib import suppress
from typing import NamedTuple

from gristmill.pool.page_images.answers import Answer
from gristmill.pool.page_images.png_writing import png

MOST_PIXELS = 16_000_000
_MEMORY_BYTES = 2 << 30
_CPU_S = 30
_POINTS = 72
_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts", "/usr/share/fontconfig")


class _Asked(NamedTuple):
    path: str
    media_type: str
    page: int
    dpi: int
    locked: bool


def main() -> int:
    path, media_type, page, dpi, locked = sys.argv[1:]
    asked = _Asked(path, media_type, int(page), int(dpi), locked == "locked")
    with open(asked.path, "rb") as file:
        data = file.read()
    _limit()
    try:
        if asked.media_type == "application/pdf":
            image = _pdf_page(data, asked)
        else:
            image = _image_page(data, asked)
    except MemoryError:
        return Answer.TOO_MUCH_MEMORY
    if isinstance(image, Answer):
        return image
    # Not through a buffer of Python's, which may break off with what we have to say.
    with os.fdopen(os.dup(1), "wb") as out:
        out.write(image)
    return Answer.OK


def _limit() -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def lock_in() -> None:
    """From here on, nothing is written or run, and nothing but fonts is read."""
    from gristmill.pool.worker.confined import landlock

    with suppress(OSError):
        landlock.no_new_privileges()
        if landlock.version():
            rules = [landlock.Rule(path, landlock.READ) for path in _FONTS]
            landlock.restrict(landlock.READ | landlock.WRITE | landlock.EXECUTE, rules)


def _pdf_page(data: bytes, asked: _Asked) -> bytes | Answer:
    import pypdfium2

    if asked.locked:
        lock_in()
    try:
        document = pypdfium2.PdfDocument(data)
        if not 1 <= asked.page <= len(document):
            return Answer.NO_PAGE
        with suppress(pypdfium2.PdfiumError):
            document.init_forms()
        page = document[asked.page - 1]
        width, height = page.get_size()
        scale = _scale(width, height, asked.dpi / _POINTS)
        bitmap = page.render(scale=scale, rev_byteorder=True, draw_annots=True)
    except (pypdfium2.PdfiumError, ValueError):
        return Answer.UNREADABLE
    return png(
        bitmap.width, bitmap.height, bitmap.n_channels, bitmap.stride, memoryview(bitmap.buffer)
    )


def _scale(width: float, height: float, wanted: float) -> float:
    pixels = width * height * wanted * wanted
    return wanted if pixels <= MOST_PIXELS else wanted * (MOST_PIXELS / pixels) ** 0.5


def _image_page(data: bytes, asked: _Asked) -> bytes | Answer:
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError
    except ImportError:
        whole = asked.media_type == "image/png" and asked.page == 1
        return data if whole else Answer.NO_READER
    Image.init()
    if asked.locked:
        lock_in()
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.seek(asked.page - 1)
            image.draft("RGB", (4000, 4000))
            shown = ImageOps.exif_transpose(image).convert("RGB")
            scale = _scale(shown.width, shown.height, 1.0)
            if scale < 1:
                shown = shown.resize((int(shown.width * scale), int(shown.height * scale)))
            out = io.BytesIO()
            shown.save(out, "PNG")
    except EOFError:
        return Answer.NO_PAGE
    except UnidentifiedImageError:
        return Answer.NO_READER
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Answer.UNREADABLE
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
