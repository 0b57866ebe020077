"""Nothing that a picture says of its maker or of a place comes out (issue 3, point 7: "stripped of metadata (GPS!)").

Every file here holds a place in one of the corners where cameras, telephones and editors put one; each is prepared both
ways: kept as it is but for that, and drawn anew.
"""

import struct
from typing import Any

import pytest
from PIL import Image, ImageChops, PngImagePlugin

from bot.model import Bounds
from bot.pictures.bounds import TIGHTEST
from bot.pictures.essence import MIMES, essence
from bot.pictures.prepare import fit
from tests.pictures.drawn import SECRET, blocks, camera, card, chunk, noise, opened, part, saved, segment

ALL = Bounds(size=5_000_000, side=4096, mimes=("image/jpeg", "image/png", "image/webp", "image/gif"))
SMALL = Bounds(size=50_000, side=60)
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF exif:GPSLatitude='" + SECRET + b"'/></x:xmpmeta>"
JPEG, PROGRESSIVE = saved(card(), "JPEG"), saved(noise(), "JPEG", progressive=True)
PNG, WEBP, GIF = saved(card(), "PNG"), saved(card(mode="RGBA"), "WEBP"), saved(card().convert("P"), "GIF")
FRAMES: dict[str, Any] = {"save_all": True, "append_images": [card(colour="red")]}


def text(kind: str) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    if kind == "iTXt":
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    else:
        info.add_text("gamma", SECRET.decode(), zip=kind == "zTXt")
    return info


def after(data: bytes, at: int, more: bytes) -> bytes:
    return data[:at] + more + data[at:]


def extended(*parts: bytes) -> bytes:
    """The WebP again, with parts that its extended header need not announce."""
    body = b"WEBP" + WEBP[12:] + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


THUMBNAIL = b"JFIF\0\1\1\0\0\1\0\1\x03\x02" + SECRET
SECOND_SCAN = PROGRESSIVE.index(b"\xff\xda", PROGRESSIVE.index(b"\xff\xda") + 2)
HIDDEN = {
    "JPEG: EXIF": saved(card(), "JPEG", exif=camera()),
    "JPEG: XMP": saved(card(), "JPEG", xmp=XMP),
    "JPEG: IPTC": after(JPEG, 2, segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x12" + SECRET)),
    "JPEG: a comment": saved(card(), "JPEG", comment=SECRET),
    "JPEG: provenance": after(JPEG, 2, segment(0xEB, b"JP\0\0" + SECRET)),
    "JPEG: another profile's place": after(JPEG, 2, segment(0xE2, b"FPXR\0" + SECRET)),
    "JPEG: a thumbnail": after(JPEG, 2, segment(0xE0, THUMBNAIL)),
    "JPEG: between two scans": after(PROGRESSIVE, SECOND_SCAN, segment(0xFE, SECRET)),
    "JPEG: a motion photo's film": JPEG + b"\0\0\0\x18ftypmp42" + SECRET,
    "JPEG: an archive behind it": JPEG + b"PK\x03\x04" + SECRET,
    "MPO: the second picture": saved(card(), "MPO", **FRAMES, exif=camera()),
    "MPO: what is behind": saved(card(), "MPO", **FRAMES) + SECRET,
    "PNG: text": saved(card(), "PNG", pnginfo=text("tEXt")),
    "PNG: XMP": saved(card(), "PNG", pnginfo=text("iTXt")),
    "PNG: EXIF": saved(card(), "PNG", exif=camera()),
    "PNG: EXIF after the picture": after(PNG, -12, chunk(b"eXIf", camera().tobytes())),
    "PNG: a program's own": after(PNG, 33, chunk(b"gpSx", SECRET)),
    "PNG: time": after(PNG, 33, chunk(b"tIME", SECRET[:7]) + chunk(b"tEXt", b"x\0" + SECRET)),
    "PNG: behind the end": PNG + SECRET,
    "PNG: within the end": PNG[:-12] + chunk(b"IEND", SECRET),
    "APNG: a frame's": saved(card(), "PNG", **FRAMES, pnginfo=text("tEXt")),
    "WebP: EXIF": saved(card(mode="RGBA"), "WEBP", exif=camera()),
    "WebP: XMP": saved(card(), "WEBP", xmp=XMP),
    "WebP: a program's own": extended(part(b"GPSx", SECRET)),
    "WebP: behind the end": WEBP + SECRET,
    "WebP: that moves": saved(card(), "WEBP", **FRAMES, exif=camera()),
    "GIF: a comment": saved(card().convert("P"), "GIF", comment=SECRET),
    "GIF: XMP": after(GIF, -1, blocks(0xFF, b"XMP DataXMP", SECRET)),
    "GIF: how often to repeat": after(GIF, -1, blocks(0xFF, b"NETSCAPE2.0", SECRET)),
    "GIF: plain text": after(GIF, -1, blocks(0x01, bytes(12), SECRET)),
    "GIF: behind the end": GIF + SECRET,
    "TIFF: EXIF": saved(card(), "TIFF", exif=camera()),
    "TIFF: XMP and IPTC": saved(card(), "TIFF", tiffinfo={700: XMP, 33723: SECRET}),
    "AVIF: EXIF": saved(card(), "AVIF", exif=camera(), speed=10),
    "AVIF: XMP": saved(card(), "AVIF", xmp=XMP, speed=10),
    "BMP: behind the end": saved(card(), "BMP") + SECRET,
}


@pytest.mark.parametrize("bounds", [TIGHTEST, ALL, SMALL], ids=["as it is", "any kind", "drawn anew"])
@pytest.mark.parametrize("data", HIDDEN.values(), ids=HIDDEN)
def test_no_place_comes_out_wherever_it_was_hidden(data: bytes, bounds: Bounds) -> None:
    assert SECRET in data
    _, size, fitted = fit(data, bounds)
    assert SECRET not in fitted
    image = opened(fitted)
    assert image.size == size
    assert not image.getexif()
    assert not {"exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "gpSx"} & set(map(str, image.info))


def test_compressed_text_goes_too() -> None:
    data = saved(card(), "PNG", pnginfo=text("zTXt"))
    assert opened(data).info["gamma"] == SECRET.decode()
    assert fit(data)[2] == PNG


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("JPEG: EXIF", JPEG),
        ("JPEG: IPTC", JPEG),
        ("JPEG: a thumbnail", JPEG),
        ("JPEG: between two scans", PROGRESSIVE),
        ("JPEG: an archive behind it", JPEG),
        ("PNG: EXIF after the picture", PNG),
        ("PNG: a program's own", PNG),
        ("WebP: a program's own", WEBP),
        ("GIF: how often to repeat", GIF),
    ],
)
def test_a_picture_loses_what_was_added_and_nothing_else(name: str, plain: bytes) -> None:
    assert fit(HIDDEN[name], ALL)[2] == plain


@pytest.mark.parametrize("name", [name for name in HIDDEN if name.split(":")[0] in {"MPO", "APNG", "WebP", "GIF"}])
def test_what_is_left_shows_the_same_pixels(name: str) -> None:
    data = HIDDEN[name]
    before, now = opened(data).convert("RGB"), opened(fit(data, ALL)[2]).convert("RGB")
    assert max(high for _, high in ImageChops.difference(before, now).getextrema()) < 40  # type: ignore[misc]


def test_an_extended_webp_no_longer_announces_what_went() -> None:
    data = saved(card(mode="RGBA", colour="#00000080"), "WEBP", exif=camera(), xmp=XMP)
    mime, _, fitted = fit(data, ALL)
    assert mime == "image/webp"
    assert data[20] & 0x0C == 0x0C
    assert fitted[20] & 0x0C == 0
    assert len(fitted) == 8 + struct.unpack_from("<I", fitted, 4)[0]
    assert fit(fitted, ALL)[2] == fitted


def test_a_gif_goes_on_moving_where_the_platform_takes_it() -> None:
    data = saved(card(), "GIF", **FRAMES, loop=0, comment=SECRET)
    mime, _, fitted = fit(data, ALL)
    assert mime == "image/gif"
    assert getattr(opened(fitted), "n_frames", 1) == 2
    assert opened(fitted).info["loop"] == 0
    mime, _, still = fit(data, TIGHTEST)
    assert (mime, getattr(opened(still), "n_frames", 1)) == ("image/png", 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_file_that_ends_early_is_never_taken_for_whole(kind: str) -> None:
    whole = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP, "GIF": GIF}[kind]
    assert essence(whole, kind) == whole
    assert [end for end in range(len(whole)) if essence(whole[:end], kind) is not None] == []


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("JPEG", after(JPEG, 2, b"\xff\xf7\0\2")),  # a marker of JPEG-LS
        ("JPEG", after(JPEG, 2, b"\xff\xe1\0\0")),  # a segment shorter than its own length
        ("PNG", PNG[:-12] + chunk(b"IEND", b"x")),
        ("GIF", after(GIF, -1, b"\x99")),
        ("BMP", saved(card(), "BMP")),
    ],
)
def test_a_file_that_is_built_oddly_is_drawn_anew(kind: str, data: bytes) -> None:
    assert essence(data, kind) is None


def test_filling_before_a_marker_is_no_trouble() -> None:
    assert essence(after(JPEG, 2, b"\xff\xff"), "JPEG") == JPEG


def test_every_kind_that_can_be_kept_has_a_type() -> None:
    assert {
        kind for kind in MIMES if essence({"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "WEBP": WEBP, "GIF": GIF}[kind], kind)
    } == set(MIMES)
    assert Image.MIME["WEBP"] == MIMES["WEBP"]
