"""One file for all platforms (PLATFORMS.md b), and nothing of its maker in it."""

import hashlib
import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from bot.errors import PictureError
from bot.parsers import Parsers
from bot.pictures import prepare
from bot.pictures.prepare import Pictures, fit

ORIENTATION, MAKER = 0x112, 0x10F


def card(width: int = 120, height: int = 63, mode: str = "RGB", colour: str = "navy") -> Image.Image:
    image = Image.new(mode, (width, height), colour)
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill="white")
    return image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def camera() -> Image.Exif:
    exif = Image.Exif()
    exif[MAKER] = "a camera of somebody's"
    return exif


def note() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "somebody")
    return info


@pytest.mark.parametrize(
    ("image", "kind", "mime"),
    [
        (card(), "JPEG", "image/jpeg"),
        (card(mode="L", colour="black"), "JPEG", "image/jpeg"),
        (card(), "PNG", "image/png"),
        (card(mode="RGBA"), "PNG", "image/png"),
        (card().convert("P"), "PNG", "image/png"),
        (card(4096, 205), "PNG", "image/png"),
    ],
)
def test_a_picture_that_is_right_keeps_its_very_bytes(image: Image.Image, kind: str, mime: str) -> None:
    data = saved(image, kind)
    assert fit(data) == (mime, image.size, data)


@pytest.mark.parametrize(
    "data",
    [
        saved(card(), "JPEG", exif=camera()),
        saved(card(), "JPEG", comment=b"somebody"),
        saved(card(), "PNG", pnginfo=note()),
        saved(card(), "PNG", exif=camera()),
        saved(card(), "WEBP", exif=camera()),
        saved(card().convert("P"), "GIF", comment=b"somebody"),
    ],
)
def test_what_a_picture_says_of_its_maker_goes(data: bytes) -> None:
    _, size, fitted = fit(data)
    assert size == (120, 63)
    assert b"somebody" in data
    assert b"somebody" not in fitted
    assert not opened(fitted).getexif()


@pytest.mark.parametrize(
    ("segment", "content"), [(b"\xff\xed", b"Photoshop 3.0\x00"), (b"\xff\xeb", b"JP: provenance")]
)
def test_a_segment_that_is_not_about_drawing_goes(segment: bytes, content: bytes) -> None:
    plain = saved(card(), "JPEG")
    marked = plain[:2] + segment + struct.pack(">H", len(content) + 2) + content + plain[2:]
    assert content not in fit(marked)[2]


def test_a_colour_profile_stays() -> None:
    data = saved(card(6000, 40 * 8), "JPEG", icc_profile=b"a profile of colours")
    assert opened(fit(data)[2]).info["icc_profile"] == b"a profile of colours"


def test_a_picture_on_its_side_is_turned_upright() -> None:
    exif = camera()
    exif[ORIENTATION] = 6  # the camera was turned by a quarter
    _, size, fitted = fit(saved(card(), "JPEG", exif=exif))
    assert size == opened(fitted).size == (63, 120)
    red, _, _ = opened(fitted).convert("RGB").getpixel((60, 3))  # type: ignore[misc]
    assert red > 200, "the white corner is at the top right now"


@pytest.mark.parametrize(
    ("image", "kind", "mime", "size"),
    [
        (card(5000, 500), "JPEG", "image/jpeg", (4096, 410)),
        (card(8400, 840), "JPEG", "image/jpeg", (4096, 410)),
        (card(5000, 500), "PNG", "image/png", (4096, 410)),
        (card(100, 5000), "PNG", "image/png", (205, 4096)),
        (card(3000, 10), "PNG", "image/png", (3000, 150)),
        (card(), "WEBP", "image/jpeg", (120, 63)),
        (card(mode="RGBA", colour="#00000000"), "WEBP", "image/png", (120, 63)),
        (card().convert("CMYK"), "JPEG", "image/jpeg", (120, 63)),
    ],
)
def test_every_other_picture_is_made_to_fit(image: Image.Image, kind: str, mime: str, size: tuple[int, int]) -> None:
    found = fit(saved(image, kind))
    assert found[:2] == (mime, size)
    assert opened(found[2]).size == size
    assert opened(found[2]).mode in {"RGB", "RGBA"}
    long, short = max(size), min(size)
    assert long <= 20 * short


def test_of_a_moving_picture_the_first_frame_stays() -> None:
    frames = [card(colour="red").convert("P"), card(colour="blue").convert("P")]
    mime, _, fitted = fit(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert mime == "image/png"
    assert opened(fitted).convert("RGB").getpixel((100, 50)) == (255, 0, 0)
    moving = saved(card(colour="red"), "PNG", save_all=True, append_images=[card(colour="blue")])
    assert getattr(opened(fit(moving)[2]), "n_frames", 1) == 1


def test_transparency_becomes_white_where_a_picture_must_become_a_jpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "LARGEST", 2_000)
    noise = Image.effect_noise((100, 100), 90).convert("RGBA")
    noise.putalpha(0)
    mime, _, fitted = fit(saved(noise, "PNG"))
    assert mime == "image/jpeg"
    assert opened(fitted).getpixel((50, 50)) == (255, 255, 255)


def test_a_picture_that_no_quality_makes_small_enough_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "LARGEST", 200)
    with pytest.raises(PictureError, match="cannot be made smaller"):
        fit(saved(Image.effect_noise((100, 100), 90), "PNG"))


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!doctype html><title>404</title>", r"not a picture: it starts with b'<!doctype html><title>40'"),
        (b"", "not a picture"),
        (saved(card(), "BMP"), "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (saved(card(), "JPEG")[:400], "damaged|not a picture"),
        (saved(Image.effect_noise((200, 200), 90), "PNG")[:9000], "damaged"),
        (bomb(9000, 9000), "9000×9000 pixels, too many"),
        (bomb(10_000, 10_000), "too many pixels"),
        (bomb(60_000, 60_000), "too many pixels"),
    ],
)
def test_what_is_no_picture_says_so(data: bytes, words: str) -> None:
    with pytest.raises(PictureError, match=words):
        fit(data)


async def test_pictures_are_prepared_in_a_parser_and_known_by_their_hash() -> None:
    data = saved(card(), "JPEG", exif=camera())
    async with Parsers(1, seconds=30) as parsers:
        pictures = Pictures(parsers)
        picture, fitted = await pictures.prepare(data)
        large, _ = await pictures.prepare(saved(card(8000, 6000), "JPEG"))  # 48 million pixels
        with pytest.raises(PictureError, match="not a picture"):
            await pictures.prepare(b"plain words")
    assert (picture.mime, picture.width, picture.height, picture.size) == ("image/jpeg", 120, 63, len(fitted))
    assert picture.sha256 == hashlib.sha256(fitted).hexdigest()
    assert (large.width, large.height) == (4096, 3072)


async def test_a_picture_that_its_parser_cannot_bear_is_a_picture_error() -> None:
    async with Parsers(1, memory=150 << 20) as parsers:
        with pytest.raises(PictureError, match=r"the picture needs more than 150 MB|the picture killed its parser"):
            await Pictures(parsers).prepare(saved(card(5000, 5000), "PNG", compress_level=1))
