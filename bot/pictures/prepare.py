"""A stranger's picture becomes one file that a platform takes, without what its camera wrote into it.

    bytes ─▶ parser process: open ─▶ what is about drawing it is within the bounds already? ─▶ those very bytes
                                        └─▶ decode, scale, turn upright ─▶ PNG, else JPEG, within the bounds

A picture that can be read is made to fit, never dropped. What can't: a counter of one pixel, more pixels than a parser
holds, damage, and files that are no pictures of pixels.
"""

import hashlib
import io
import warnings

from PIL import (
    AvifImagePlugin,  # noqa: F401 - these register what they read; otherwise the first picture waits for all of Pillow's
    Image,
    MpoImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from bot.document import Picture
from bot.errors import PictureError, SourceError
from bot.model import Bounds
from bot.pictures.bounds import TIGHTEST, lies_within, rendition_key, smaller
from bot.pictures.drawing import TINIEST, decoded, encoded, turn
from bot.pictures.essence import MIMES, essence
from bot.pictures.page import shared_picture
from bot.ports import Parse

PIXELS = 50_000_000  #: decoded at most; a parser holds as much of a photo, and two thirds where it is transparent
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")
SHOWN = frozenset({"RGB", "L", "P", "RGBA", "LA", "1"})  #: what every program shows; CMYK comes out garish
HEIC = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1"})  #: brands of what telephones save (ISO/IEC 23008-12)

Rendition = tuple[str, tuple[int, int], bytes]  #: MIME type, width and height, and the file


class Pictures:
    """Prepares pictures in parser processes."""

    def __init__(self, parse: Parse) -> None:
        self._parse = parse

    async def prepare(self, data: bytes, bounds: Bounds = TIGHTEST) -> tuple[Picture, bytes]:
        """What the picture is, without ``url`` and ``alt``, and the bytes to upload; raises ``PictureError``."""
        try:
            mime, (width, height), fitted = await self._parse(fit, data, bounds)
        except SourceError as error:
            raise PictureError(f"the picture {error}") from error
        digest = hashlib.sha256(fitted).hexdigest()
        return Picture(url="", sha256=digest, mime=mime, width=width, height=height, size=len(fitted)), fitted

    def key(self, data: bytes, bounds: Bounds) -> str:
        """What tells this picture within these bounds from any other."""
        return rendition_key(data, bounds)

    async def shrink(self, data: bytes, bounds: Bounds) -> tuple[Picture, bytes]:
        """The picture one step smaller than ``bounds``, for a platform that refused it; raises ``PictureError``."""
        return await self.prepare(data, smaller(bounds))

    async def shared(self, html: bytes, base: str, content_type: str) -> Picture | None:
        """The picture that a page gives to whoever links to it; raises ``PictureError``."""
        try:
            return await self._parse(shared_picture, html, base, content_type)
        except SourceError as error:
            raise PictureError(f"the page {error}") from error


def fit(data: bytes, bounds: Bounds = TIGHTEST) -> Rendition:
    """The picture in ``data`` within ``bounds``; raises ``PictureError``, and ``MemoryError`` where it is too large."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd metadata, which goes anyway
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        found = _fitted_or_not(data, bounds)
    if isinstance(found, Exception):
        raise found  # here, because a traceback from further down holds the pixels until the parser's next picture
    return found


def _fitted_or_not(data: bytes, bounds: Bounds) -> Rendition | PictureError | MemoryError:
    try:
        return _fitted(data, bounds)
    except PictureError as error:
        return PictureError(str(error))
    except MemoryError:
        return MemoryError()
    except UnidentifiedImageError:
        return PictureError(_instead(data))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return PictureError("the picture has too many pixels to decode")
    except Exception as error:  # noqa: BLE001 - decoders raise all sorts over bytes that contradict themselves
        return PictureError(f"the picture is damaged: {error}")


def _fitted(data: bytes, bounds: Bounds) -> Rendition:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        _refuse_size(*image.size)
        size, mime = image.size, MIMES.get(str(image.format), "")
        if (kept := _as_it_is(image, data, bounds)) is not None:
            image.draft(None, (1, 1))  # reads all of a JPEG and draws an eighth: is it whole?
            image.load()
            return mime, size, kept
        drawing = decoded(image, bounds)
    del image  # a large picture's pixels fit twice, not three times
    return encoded(drawing, bounds)


def _refuse_size(width: int, height: int) -> None:
    if width * height > PIXELS:
        raise PictureError(f"the picture has {width}×{height} pixels, too many to decode")
    if min(width, height) < TINIEST:
        raise PictureError(f"the picture has {width}×{height} pixels, too few to show anything")


def _as_it_is(image: Image.Image, data: bytes, bounds: Bounds) -> bytes | None:
    """The file itself, without what isn't about drawing it, where that is within the bounds."""
    if MIMES.get(str(image.format)) not in bounds.mimes or image.mode not in SHOWN:
        return None
    if not lies_within(image.size, bounds) or turn(image) is not None:
        return None
    kept = essence(data, str(image.format))
    return kept if kept is not None and len(kept) <= bounds.size else None


def _instead(data: bytes) -> str:
    """What arrived in the picture's place, and what can be done about it."""
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        return "it is not a picture: it is empty"
    if head.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in head and b"<html" not in head:
        return "it is not a picture of pixels but an SVG drawing, which no platform takes: save it as a PNG"
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        return "it is a HEIC picture, which cannot be read here: save it as a JPEG"
    return f"it is not a picture: it starts with {data[:24]!r}"
