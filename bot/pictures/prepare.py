"""A stranger's picture becomes one file that Telegram, Discord and X all take, without what its camera wrote into it.

    bytes ─▶ parser process: decode ─▶ a JPEG or PNG that is right already? ─▶ its very bytes
                                          └─▶ scale, turn upright, strip ─▶ PNG, else JPEG, of at most 5 MB

Bounds are the tightest of PLATFORMS.md b: X takes 5 MB; Telegram's photos add up to 10,000 for width and height and are
at most twenty times as long as wide.
"""

import hashlib
import io
import warnings
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.document import Picture
from bot.errors import PictureError, SourceError
from bot.ports import Parse

LARGEST = 5_000_000  #: bytes (X)
LONGEST = 4096  #: pixels a side; twice that is below Telegram's sum
SLIMMEST = 20  #: how many times longer than wide (Telegram)
PIXELS = 50_000_000  #: decoded at most; RGBA of it and a scaled copy fit into a parser
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MIMES = {"JPEG": "image/jpeg", "PNG": "image/png"}
QUALITIES = (90, 80, 65, 45)  #: of a JPEG, tried in turn
#: What Pillow reports of a JPEG or PNG that is about drawing it; anything else is about who made it, and where.
DRAWING = frozenset(
    {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "aspect", "progressive", "progression", "interlace"}
    | {"adobe", "adobe_transform", "icc_profile", "gamma", "srgb", "chromaticity", "transparency", "background"}
)
SEGMENTS = frozenset({"APP0", "APP2", "APP14"})  #: of a JPEG: JFIF, colour profile, Adobe's colour transform


class Pictures:
    """Prepares pictures in parser processes."""

    def __init__(self, parse: Parse) -> None:
        self._parse = parse

    async def prepare(self, data: bytes) -> tuple[Picture, bytes]:
        """What the picture is, without ``url`` and ``alt``, and the bytes to upload; raises ``PictureError``."""
        try:
            mime, (width, height), fitted = await self._parse(fit, data)
        except SourceError as error:
            raise PictureError(f"the picture {error}") from error
        digest = hashlib.sha256(fitted).hexdigest()
        return Picture(url="", sha256=digest, mime=mime, width=width, height=height, size=len(fitted)), fitted


def fit(data: bytes) -> tuple[str, tuple[int, int], bytes]:
    """MIME type, width and height, and bytes of the picture in ``data``; raises ``PictureError``."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                if image.width * image.height > PIXELS:
                    raise PictureError(f"the picture has {image.width}×{image.height} pixels, too many to decode")
                return _fitted(image, data)
        except UnidentifiedImageError:
            raise PictureError(f"it is not a picture: it starts with {data[:24]!r}") from None
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise PictureError("the picture has too many pixels to decode") from None
        except (
            OSError,
            SyntaxError,
            ValueError,
            EOFError,
        ) as error:  # Pillow's for what breaks off or contradicts itself
            raise PictureError(f"the picture is damaged: {error}") from None


def _fitted(image: Image.Image, data: bytes) -> tuple[str, tuple[int, int], bytes]:
    size = image.size
    image.draft("RGB", (LONGEST, LONGEST))  # decodes a very large JPEG at a half, a quarter or an eighth
    image.load()
    if size == image.size and _is_right(image, data):
        return MIMES[str(image.format)], image.size, data
    lossless = image.format in {"PNG", "GIF"} or image.has_transparency_data
    profile = None if image.mode == "CMYK" else image.info.get("icc_profile")
    image.thumbnail((LONGEST, LONGEST))
    picture = _widened(ImageOps.exif_transpose(image))
    kind, encoded = next(
        ((kind, found) for kind, found in _encodings(picture, profile, lossless) if len(found) <= LARGEST), ("", b"")
    )
    if not kind:
        raise PictureError("the picture cannot be made smaller than 5 MB")
    return MIMES[kind], picture.size, encoded


def _encodings(image: Image.Image, profile: bytes | None, lossless: bool) -> Iterator[tuple[str, bytes]]:
    """The picture's bytes, ever smaller, without any metadata but its colour profile."""
    if lossless:
        exact = image.convert("RGBA" if image.has_transparency_data else "RGB")
        yield "PNG", _saved(exact, "PNG", icc_profile=profile, compress_level=3)
    flat = _on_white(image)
    for quality in QUALITIES:
        yield "JPEG", _saved(flat, "JPEG", icc_profile=profile, quality=quality, progressive=True)


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    image.info.clear()
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _is_right(image: Image.Image, data: bytes) -> bool:
    """Whether all platforms take the file as it is, and nothing in it is about its maker."""
    long, short = max(image.size), min(image.size)
    return (
        image.format in MIMES
        and image.mode in {"RGB", "L", "P", "RGBA", "LA", "1"}
        and len(data) <= LARGEST
        and long <= LONGEST
        and long <= SLIMMEST * short
        and not getattr(image, "is_animated", False)
        and DRAWING.issuperset(map(str, image.info))
        and SEGMENTS.issuperset(name for name, _ in getattr(image, "applist", ()))
    )


def _widened(image: Image.Image) -> Image.Image:
    """The picture on a white ground that is no slimmer than Telegram takes."""
    width, height = image.size
    size = max(width, -(-height // SLIMMEST)), max(height, -(-width // SLIMMEST))
    return image if size == image.size else ImageOps.pad(_on_white(image), size, color="white")


def _on_white(image: Image.Image) -> Image.Image:
    """The picture without transparency and in RGB."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    front = image.convert("RGBA")
    ground = Image.new("RGBA", front.size, "white")
    return Image.alpha_composite(ground, front).convert("RGB")
