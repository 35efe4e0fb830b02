"""What becomes of a page when tesseract does something else than reading it."""

import os
from pathlib import Path

import pytest
from support.fake_tesseract import SAYS_WIDTH, fake_tesseract

from gristmill.pipeline.tesseract.page_text import EndedFromOutside, NotThere, Unreadable, text_of

PAGE = b"P5 70 1 255\n" + bytes(70)


def read(folder: Path, behaviour: str, timeout_s: float = 30.0) -> str:
    fake_tesseract(folder, behaviour)
    program = str(folder / "tesseract")
    return text_of(
        PAGE, program=program, languages=("eng",), dpi=None, frame=0, timeout_s=timeout_s
    )


def test_the_text_is_what_it_prints(tmp_path: Path) -> None:
    assert read(tmp_path, SAYS_WIDTH) == "a page of width 7"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("sys.exit('Estimating resolution\\nError in pixRead: no data')", "Error in pixRead: no"),
        ("print('Error in TIFF: image left out', file=sys.stderr)", "image left out"),
        ("os.abort()", "ended by signal 6"),
        ("sys.exit(3)", "exit code 3"),
        ("bytearray(1 << 31)", "MemoryError"),
    ],
)
def test_a_page_that_fails_says_why(tmp_path: Path, behaviour: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(tmp_path, behaviour)


def test_a_page_that_hangs_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"longer than 0\.5 s"):
        read(tmp_path, "time.sleep(600)", timeout_s=0.5)


def test_a_page_without_text_is_no_failure(tmp_path: Path) -> None:
    assert read(tmp_path, "print('Page 1', file=sys.stderr)") == ""


def test_a_kill_from_outside_is_not_the_pages_fault(tmp_path: Path) -> None:
    with pytest.raises(EndedFromOutside):
        read(tmp_path, "os.kill(os.getpid(), 9)")


def test_a_request_to_stop_does_not_cut_a_page_off(tmp_path: Path) -> None:
    assert read(tmp_path, "os.kill(os.getpid(), 15); print('whole')") == "whole"


def test_a_missing_program_is_told_apart(tmp_path: Path) -> None:
    program = os.fspath(tmp_path / "none")
    with pytest.raises(NotThere):
        text_of(PAGE, program=program, languages=("eng",), dpi=70, frame=0, timeout_s=30.0)
