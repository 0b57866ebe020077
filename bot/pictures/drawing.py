"""A picture on its way from one file to another: pixels, and what has to be known of them to draw them right.

    decoded ─▶ L, RGB, RGBA or CMYK ─▶ scaled ─▶ upright ─▶ RGB(A) with its profile ─▶ on white ─▶ PNG, else JPEG

Scaling comes before everything that costs time for each pixel. Nothing but the colour profile passes from file to file.
"""

import io
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from PIL import Image, ImageCms, ImageOps
from PIL.Image import Resampling, Transpose

from bot.errors import PictureError
from bot.model import Bounds
from bot.pictures.bounds import scaled

TINIEST: Final = 10  #: pixels of the shorter side; anything less counts visitors or draws a line
LARGEST_PROFILE: Final = 100_000  #: bytes; a display's profile has a few thousand, a printer's is for CMYK
QUALITIES: Final = (90, 80, 65, 45)  #: of a JPEG, tried in turn
LOSSLESS: Final = frozenset({"PNG", "GIF", "BMP"})  #: what is drawn rather than photographed
ORIENTATION: Final = 0x112  #: EXIF: how the camera was held
#: What puts a picture upright (EXIF 2.32, 4.6.4 A, "Orientation").
TURNS: Final = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_NOT_RGB: Final = frozenset({b"CMYK", b"GRAY", b"Lab "})  # of a profile's bytes 16 to 20: what colours it is for


@dataclass(frozen=True, slots=True)
class Drawing:
    """Decoded pixels, as they lie in the file; ``turn`` puts them upright."""

    image: Image.Image  #: L, RGB, RGBA or CMYK
    turn: Transpose | None
    profile: bytes
    lossless: bool


def decoded(image: Image.Image, bounds: Bounds) -> Drawing:
    """The pixels of a file that has just been opened; a large JPEG is decoded at a half, a quarter or an eighth."""
    kind, profile = image.format, image.info.get("icc_profile") or b""
    image.draft(None, scaled(image.size, bounds)[0])
    image.load()
    pixels = _direct(image)
    return Drawing(pixels, turn(image), profile, kind in LOSSLESS or pixels.mode == "RGBA")


def turn(image: Image.Image) -> Transpose | None:
    """What puts the picture upright, by its EXIF or XMP; damage in those is no damage to the picture."""
    try:
        return TURNS.get(image.getexif().get(ORIENTATION, 1))
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error):
        return None


def encoded(drawing: Drawing, bounds: Bounds) -> tuple[str, tuple[int, int], bytes]:
    """MIME type, width and height, and bytes within ``bounds``; raises ``PictureError`` where nothing gets there."""
    image = _resized(drawing.image, bounds)
    image = image if drawing.turn is None else image.transpose(drawing.turn)
    image, profile = _in_rgb(image, drawing.profile)
    while min(image.size) >= TINIEST:
        image, found = _padded(image, bounds), b""
        for mime, found in _encodings(image, profile, bounds, drawing.lossless):
            if len(found) <= bounds.size:
                return mime, image.size, found
        if not found:
            raise PictureError("the picture can become a JPEG or a PNG, and neither is taken there")
        less = 0.9 * math.sqrt(bounds.size / len(found))
        image = _resized(image, replace(bounds, side=max(1, int(max(image.size) * less))))
    raise PictureError(f"the picture cannot be made smaller than {bounds.size:,} bytes")


def _direct(image: Image.Image) -> Image.Image:
    """The pixels themselves, 8 bits to a channel, where they were numbers in a palette or finer than a screen."""
    if image.mode == "I" or image.mode.startswith("I;16"):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode in {"L", "RGB", "CMYK"}:
        return image
    return image.convert("L" if image.mode in {"1", "F"} else "RGB")


def _resized(image: Image.Image, bounds: Bounds) -> Image.Image:
    size, _ = scaled(image.size, bounds)
    return image if size == image.size else image.resize(size, Resampling.LANCZOS, reducing_gap=3.0)


def _padded(image: Image.Image, bounds: Bounds) -> Image.Image:
    """The picture, on white to its sides where it alone is too slim."""
    _, ground = scaled(image.size, bounds)
    return image if ground == image.size else ImageOps.pad(_on_white(image), ground, color="white")


def _in_rgb(image: Image.Image, profile: bytes) -> tuple[Image.Image, bytes]:
    """The picture in RGB or RGBA, and the profile that says which: its own, else none, which is sRGB."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if image.mode == mode and profile[16:20] not in _NOT_RGB and len(profile) <= LARGEST_PROFILE:
        return image, profile
    if profile:
        try:
            srgb = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, io.BytesIO(profile), srgb, outputMode=mode)
        except ImageCms.PyCMSError:  # a profile of other colours than the picture's, or a broken one
            return image.convert(mode), b""
        return converted or image, b""
    return image.convert(mode), b""


def _encodings(image: Image.Image, profile: bytes, bounds: Bounds, lossless: bool) -> Iterator[tuple[str, bytes]]:
    """The picture's files, ever smaller, without any metadata but its colour profile."""
    options: dict[str, Any] = {"icc_profile": profile} if profile else {}
    if "image/png" in bounds.mimes and (lossless or "image/jpeg" not in bounds.mimes):
        yield "image/png", _saved(image, "PNG", compress_level=3, **options)
    if "image/jpeg" in bounds.mimes:
        flat = _on_white(image)
        for quality in QUALITIES:
            yield "image/jpeg", _saved(flat, "JPEG", quality=quality, **options)


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    image.info.clear()
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """The picture without transparency."""
    if image.mode == "RGB":
        return image
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")
