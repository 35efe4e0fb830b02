"""The text on the image of a page. Imports what is heavy: for whoever is going to read one."""

from typing import Any

import numpy as np

import gristmill.pipeline.steps.one_thread  # noqa: F401
from gristmill.pipeline.paging.paged_shapes import PageImage
from gristmill.pipeline.recognition.grey import grey_of
from gristmill.pipeline.recognition.opening import opened
from gristmill.pipeline.recognition.page_lines import as_text
from gristmill.pipeline.recognition.rapid import lines_on


def text_on(image: PageImage) -> str:
    """Raises whatever Pillow and rapidocr raise."""
    return as_text(lines_on(_pixels(image)))


def _pixels(image: PageImage) -> Any:
    """Shades of grey, in an array of rows."""
    with opened(image.data, image.frame) as found:
        return np.asarray(grey_of(found))
