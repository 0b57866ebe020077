"""A hostile picture harms nobody but itself, and says why (issue 3, point 7; FAILURES.md section 1, "image host")."""

import io
import random
import struct

import pytest
from PIL import Image

from bot.errors import PictureError
from bot.model import Bounds
from bot.parsers import Parsers
from bot.pictures.prepare import Pictures, fit
from tests.pictures.drawn import camera, card, noise, part, png, saved

HTML = b"<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a picture: it is empty"),
        (b" \r\n\t", "not a picture: it is empty"),
        (b"<html><head><title>photo.jpg", r"not a picture: it starts with b'<html><head><title>photo"),
        (b"%PDF-1.7 ", "not a picture: it starts with b'%PDF-1.7 '"),
        (b"<svg onload='alert(1)'/>", "an SVG drawing, which no platform takes: save it as a PNG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a --><SVG/>", "an SVG drawing"),
        (b"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN'><svg/>", "an SVG drawing"),
        (b"<!-- a page --><html><body><svg/>", "it starts with b'<!-- a page"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC picture, which cannot be read here: save it as a JPEG"),
        (saved(card(), "ICO"), "not a picture"),
        (saved(card(), "PPM"), "not a picture"),
        (saved(card(1, 1), "PNG"), "1×1 pixels, too few"),
        (saved(card(1, 1), "GIF"), "1×1 pixels, too few"),
        (saved(card(30_000, 1), "PNG"), "30000×1 pixels, too few"),
        (saved(card(9, 900), "JPEG"), "9×900 pixels, too few"),
        (png(50_000, 1001), "50000×1001 pixels, too many"),
        (png(2**31 - 1, 2**31 - 1), "too many pixels"),
        (png(6000, 6000), "damaged"),
        (png(100, 100, idat=bytes(50)), "damaged"),
        (saved(card(), "BMP")[:18] + struct.pack("<ii", 60_000, 60_000) + saved(card(), "BMP")[26:], "too many pixels"),
        (saved(noise(), "JPEG")[:-900], "damaged"),
        (saved(noise(), "WEBP")[:-900], "damaged|not a picture"),
        (saved(noise(), "GIF")[:-900], "damaged"),
        (saved(noise(), "AVIF", speed=10)[:-900], "damaged|not a picture"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(PictureError, match=words):
        fit(data)


@pytest.mark.parametrize(
    "data",
    [
        saved(card(), "GIF", comment=HTML),
        saved(card(), "JPEG", comment=HTML),
        saved(card(), "JPEG") + HTML,
        saved(card(), "PNG") + b"PK\x05\x06" + HTML,
        saved(card(), "WEBP") + HTML,
        saved(card(), "WEBP")[:4]
        + struct.pack("<I", len(saved(card(), "WEBP")) - 8 + len(part(b"HTML", HTML)))
        + saved(card(), "WEBP")[8:]
        + part(b"HTML", HTML),
    ],
)
def test_a_picture_that_is_a_page_too_is_only_a_picture_afterwards(data: bytes) -> None:
    assert HTML in data
    assert HTML not in fit(data)[2]


@pytest.mark.parametrize(("length", "size"), [(500_000, 5_000_000), (None, 200)], ids=["damaged", "never small enough"])
def test_a_failure_does_not_hold_the_pixels_until_the_next_picture(length: int | None, size: int) -> None:
    with pytest.raises(PictureError) as caught:
        fit(saved(noise(1000), "PNG")[:length], Bounds(size=size, side=4096))
    held = []
    trace = caught.value.__traceback__
    while trace is not None:
        held += [value for value in trace.tb_frame.f_locals.values() if isinstance(value, Image.Image)]
        trace = trace.tb_next
    assert caught.value.__context__ is None
    assert held == []


async def test_a_parser_stopped_for_time_fails_only_this_picture() -> None:
    slow = saved(Image.new("RGB", (6000, 6000), "navy"), "PNG", compress_level=1)
    async with Parsers(1, seconds=0.25) as parsers:
        pictures = Pictures(parsers)
        with pytest.raises(PictureError, match=r"the picture took its parser longer than 0\.25 s"):
            await pictures.prepare(slow)
        picture, _ = await pictures.prepare(saved(card(), "JPEG"))
    assert (picture.width, picture.height) == (120, 63)


FILES = {
    "JPEG": saved(noise(40), "JPEG", exif=camera(6), progressive=True),
    "MPO": saved(card(40, 40), "MPO", save_all=True, append_images=[card(40, 40)]),
    "PNG": saved(noise(40), "PNG", exif=camera(6)),
    "GIF": saved(card(40, 40), "GIF", save_all=True, append_images=[card(40, 40, colour="red")]),
    "WEBP": saved(card(40, 40, "RGBA"), "WEBP", exif=camera(6)),
    "TIFF": saved(noise(40), "TIFF", compression="tiff_lzw", exif=camera(6)),
    "AVIF": saved(noise(40), "AVIF", speed=10, exif=camera(6)),
    "BMP": saved(noise(40), "BMP"),
}


async def test_five_hundred_damaged_files_become_pictures_or_sentences() -> None:
    dice = random.Random(20261122)
    refused = 0
    async with Parsers(2) as parsers:
        pictures = Pictures(parsers)
        for turn in range(500):
            data = bytearray(FILES[dice.choice(list(FILES))])
            for _ in range(dice.randint(1, 12)):
                data[dice.randrange(min(len(data), 600) if turn % 2 else len(data))] = dice.randrange(256)
            try:
                picture, fitted = await pictures.prepare(bytes(data))
            except PictureError as error:
                refused += 1
                assert str(error).startswith(("the picture ", "it is not a picture", "it is a HEIC picture")), error
            else:
                image = Image.open(io.BytesIO(fitted))
                image.load()
                assert (image.width, image.height) == (picture.width, picture.height)
    assert 50 < refused < 450
