"""Pages become images in processes that cannot hurt anybody."""

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from support.writers.pdf_writer import text_page, write_pdf

from gristmill.pool.page_images import PageImages
from gristmill.pool.page_images.png_writing import png
from gristmill.pool.worker.confined import landlock
from gristmill.schemas.problems.content_errors import NoPageImages, PageNotFound, PageNotRendered
from gristmill.schemas.problems.overload import Busy

_PDF = "application/pdf"


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "two.pdf"
    path.write_bytes(write_pdf([text_page("first"), text_page("second")]))
    return path


def _shown(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_page_of_a_pdf_is_a_png_of_its_size(pdf: Path, sandbox: bool) -> None:
    images = PageImages()
    first = _shown(images.png(pdf, _PDF, 1, 72, sandbox=sandbox))
    assert first.format == "PNG" and first.mode == "RGB"
    histogram = first.convert("L").histogram()
    assert histogram[255] > sum(histogram[:128]) > 0
    if not sandbox:
        return
    large = _shown(images.png(pdf, _PDF, 2, 144, sandbox=True))
    assert large.size == (first.width * 2, first.height * 2)
    with pytest.raises(PageNotFound):
        images.png(pdf, _PDF, 3, 72, sandbox=True)


def test_an_enormous_page_comes_smaller(tmp_path: Path) -> None:
    path = tmp_path / "large.pdf"
    data = write_pdf([text_page("wide")]).replace(b"[0 0 612 792]", b"[0 0 14000 9000]")
    path.write_bytes(data)
    image = _shown(PageImages().png(path, _PDF, 1, 300, sandbox=True))
    assert image.width * image.height <= 16_100_000


def test_what_is_no_pdf_is_said_and_costs_nobody(tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\nno more")
    with pytest.raises(PageNotRendered, match="cannot be read"):
        PageImages().png(path, _PDF, 1, 72, sandbox=True)


def test_images_are_shown_upright_and_other_types_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (30, 20), 255).save(path, exif=exif)
    shown = _shown(PageImages().png(path, "image/jpeg", 1, 72, sandbox=True))
    assert (shown.format, shown.size) == ("PNG", (20, 30))
    with pytest.raises(PageNotFound):
        PageImages().png(path, "image/jpeg", 2, 72, sandbox=True)
    path.write_bytes(b"<svg/>")
    with pytest.raises(NoPageImages, match="svg"):
        PageImages().png(path, "image/svg+xml", 1, 72, sandbox=True)


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import time; time.sleep(600)", "more than 0.5 s"),
        ("import sys, time; sys.stdout.close(); time.sleep(600)", "more than 0.5 s"),
        ("import os; os.kill(os.getpid(), 11)", "crashed"),
        ("import sys; sys.stdout.write('x' * (65 << 20))", "crashed"),
        ("print('half'); import sys; sys.exit(3)", "crashed"),
    ],
)
def test_a_renderer_that_hangs_or_dies_or_floods_is_ended(
    tmp_path: Path, program: str, reason: str
) -> None:
    images = PageImages(timeout_s=0.5 if "0.5" in reason else 60.0, program=("-c", program))
    with pytest.raises(PageNotRendered, match=reason):
        images.png(tmp_path / "a.pdf", _PDF, 1, 72, sandbox=True)


@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
@pytest.mark.parametrize(
    "act",
    [
        "open('{0}', 'w')",
        "open('{1}').read()",
        "os.listdir('/')",
        "subprocess.run(['/bin/true'])",
    ],
)
def test_what_renders_is_locked_in_before_it_sees_the_document(tmp_path: Path, act: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("barley")
    program = (
        "import os, subprocess\n"
        "from gristmill.pool.page_images.child import lock_in\n"
        "lock_in()\n"
        "try:\n"
        f"    {act.format(tmp_path / 'new', secret)}\n"
        "except PermissionError:\n"
        "    print('denied')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("denied\n", "")


def test_only_so_many_wait_at_once(pdf: Path) -> None:
    images = PageImages(at_once=1, waiting=0)
    assert images._here.acquire(blocking=False)
    with pytest.raises(Busy):
        images.png(pdf, _PDF, 1, 72, sandbox=True)
    images._here.release()
    assert images.png(pdf, _PDF, 1, 72, sandbox=True)


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("RGB", 3), ("RGBA", 4)])
def test_a_bitmap_with_padded_rows_is_written_as_it_is(mode: str, channels: int) -> None:
    width, height, stride = 5, 3, 5 * channels + 3
    pixels = b"".join(hashlib.sha256(bytes([row])).digest()[:stride] for row in range(height))
    image = _shown(png(width, height, channels, stride, memoryview(pixels)))
    rows = [pixels[row * stride : row * stride + width * channels] for row in range(height)]
    assert (image.mode, image.size, image.tobytes()) == (mode, (width, height), b"".join(rows))
