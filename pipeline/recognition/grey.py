"""Images as shades of grey, upright as their camera says. Imports Pillow."""

from typing import Any

from PIL import Image, ImageOps

from gristmill.pipeline.recognition.opening import opened


def pnm_of(data: bytes) -> bytes:
    """The first image of a file in a format that every engine reads."""
    with opened(data) as found:
        grey = grey_of(found)
    return b"P5 %d %d 255\n" % grey.size + bytes(grey.tobytes())


def grey_of(image: Any) -> Any:
    """Without transparency, behind which there is white."""
    image = ImageOps.exif_transpose(image)
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("L")
    shown = image.convert("RGBA")
    ground = Image.new("RGBA", shown.size, "white")
    return Image.alpha_composite(ground, shown).convert("L")
