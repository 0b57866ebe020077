"""One file within a platform's bounds (PLATFORMS.md b), and nothing of its maker in it."""

import functools
import hashlib
import struct

import pytest
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from bot.errors import PictureError
from bot.model import Bounds
from bot.parsers import Parsers
from bot.pictures.bounds import TIGHTEST
from bot.pictures.prepare import Pictures, fit
from tests.pictures.drawn import ORIENTATION, camera, card, noise, opened, png, quarters, saved


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
    red, _, _ = opened(fitted).convert("RGB").getpixel((60, 3))  # type: ignore[misc]  # of RGB it is three numbers
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
        (card(), "BMP", "image/png", (120, 63)),
        (card(), "TIFF", "image/jpeg", (120, 63)),
        (card().convert("CMYK"), "TIFF", "image/jpeg", (120, 63)),
        (card().convert("YCbCr"), "TIFF", "image/jpeg", (120, 63)),
        (card(mode="F", colour="black"), "TIFF", "image/jpeg", (120, 63)),
        (card(), "AVIF", "image/jpeg", (120, 63)),
        (card(mode="RGBA", colour="#00000000"), "AVIF", "image/png", (120, 63)),
        (card(5000, 500).convert("P"), "GIF", "image/png", (4096, 410)),
        (card(5000, 500).convert("1"), "PNG", "image/png", (4096, 410)),
        (card(5000, 500).convert("LA"), "PNG", "image/png", (4096, 410)),
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


def test_transparency_becomes_white_where_a_picture_must_become_a_jpeg() -> None:
    hidden = noise().convert("RGBA")
    hidden.putalpha(0)
    mime, _, fitted = fit(saved(hidden, "PNG"), Bounds(size=2_000, side=4096))
    assert mime == "image/jpeg"
    assert opened(fitted).getpixel((50, 50)) == (255, 255, 255)


def test_a_picture_that_no_quality_makes_small_enough_is_refused() -> None:
    with pytest.raises(PictureError, match="cannot be made smaller than 200 bytes"):
        fit(saved(noise(), "PNG"), Bounds(size=200, side=4096))


@pytest.mark.parametrize("mimes", [("image/jpeg",), ("image/png",), ("image/jpeg", "image/png")])
def test_a_picture_that_is_still_too_large_at_the_lowest_quality_is_drawn_smaller(mimes: tuple[str, ...]) -> None:
    bounds = Bounds(size=20_000, side=4096, mimes=mimes)
    mime, size, fitted = fit(saved(noise(1000), "PNG"), bounds)
    assert mime in mimes
    assert 7_000 < len(fitted) <= 20_000
    assert 90 < size[0] == size[1] < 400


def test_a_platform_that_takes_neither_of_what_a_picture_can_become_is_an_error_in_words() -> None:
    with pytest.raises(PictureError, match="a JPEG or a PNG, and neither is taken there"):
        fit(saved(card(), "PNG"), Bounds(size=5_000_000, side=100, mimes=("image/webp",)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!doctype html><title>404</title>", r"not a picture: it starts with b'<!doctype html><title>40'"),
        (b"", "not a picture"),
        (saved(card(), "ICO"), "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (saved(card(), "JPEG")[:400], "damaged|not a picture"),
        (saved(Image.effect_noise((200, 200), 90), "PNG")[:9000], "damaged"),
        (png(9000, 9000), "9000×9000 pixels, too many"),
        (png(10_000, 10_000), "too many pixels"),
        (png(60_000, 60_000), "too many pixels"),
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


BOUNDS = {
    "Telegram": Bounds(size=10_000_000, side=5000),
    "Discord": Bounds(size=10_485_760, side=4096, mimes=("image/jpeg", "image/png", "image/gif", "image/webp")),
    "X": TIGHTEST,
    "Mastodon": Bounds(size=16_777_216, side=8000, pixels=33_177_600),
    "Bluesky": Bounds(size=2_000_000, side=2000),
    "Threads": Bounds(size=8_000_000, side=1440, ratio=10.0),
    "none, but a strict one": Bounds(size=20_000, side=4096, ratio=3.0, pixels=900_000),
    "Kakao": Bounds(size=500_000, side=800, ratio=2.0, mimes=("image/jpeg",)),
}


@functools.cache
def grainy(size: tuple[int, int], kind: str) -> bytes:
    return saved(Image.blend(card(*size), Image.effect_noise(size, 60).convert("RGB"), 0.5), kind)


@pytest.mark.parametrize("bounds", BOUNDS.values(), ids=BOUNDS)
@pytest.mark.parametrize("size", [(1500, 900), (60, 1600)], ids=str)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_platforms_bounds_are_kept(kind: str, size: tuple[int, int], bounds: Bounds) -> None:
    mime, (width, height), fitted = fit(grainy(size, kind), bounds)
    assert mime in bounds.mimes
    assert len(fitted) <= bounds.size
    assert max(width, height) <= bounds.side
    assert width * height <= bounds.pixels
    assert max(width, height) <= bounds.ratio * min(width, height)
    assert opened(fitted).size == (width, height)
    assert Image.MIME[str(opened(fitted).format)] == mime
    assert fit(fitted, bounds) == (mime, (width, height), fitted), "what was prepared needs no more preparing"


@pytest.mark.parametrize("bounds", [TIGHTEST, Bounds(size=50_000, side=60)], ids=["as it is", "drawn anew"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_upright_however_the_camera_was_held(orientation: int, kind: str, bounds: Bounds) -> None:
    data = saved(quarters(), kind, exif=camera(orientation))
    expected = ImageOps.exif_transpose(opened(data)).convert("RGB")
    _, size, fitted = fit(data, bounds)
    found = opened(fitted).convert("RGB")
    assert (size[0] > size[1]) == (orientation < 5)
    for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)):
        there = expected.getpixel((int(x * expected.width), int(y * expected.height)))
        here = found.getpixel((int(x * found.width), int(y * found.height)))
        assert all(abs(a - b) < 40 for a, b in zip(here, there, strict=True)), (x, y)  # type: ignore[arg-type]


def test_a_slim_picture_on_its_side_stands_on_a_ground_that_is_turned_with_it() -> None:
    _, size, fitted = fit(saved(card(3000, 60), "JPEG", exif=camera(8)), Bounds(size=500_000, side=1000))
    assert size == opened(fitted).size == (50, 1000)


def test_an_orientation_in_xmp_counts_and_a_broken_one_does_no_harm() -> None:
    turned = b"<x:xmpmeta><rdf:Description tiff:Orientation='1' tiff:Orientation=\"6\"/></x:xmpmeta>"
    assert fit(saved(card(), "JPEG", xmp=turned))[1] == (63, 120)
    for broken in (b"Exif\0\0XX", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"):
        assert fit(saved(card(), "JPEG", exif=broken))[2] == saved(card(), "JPEG")


def test_sixteen_bits_a_channel_become_eight_without_turning_white() -> None:
    grey = Image.new("I;16", (100, 80), 0x8000)
    for kind in ("PNG", "TIFF"):
        shade = opened(fit(saved(grey, kind))[2]).convert("L").getpixel((50, 40))
        assert shade in {127, 128, 129}


def test_a_palette_is_scaled_without_steps() -> None:
    diagonal = Image.linear_gradient("L").rotate(45).resize((1000, 1000)).quantize(4)
    _, _, fitted = fit(saved(diagonal, "PNG"), Bounds(size=5_000_000, side=300))
    assert len(opened(fitted).convert("L").getcolors() or []) > 20


def press() -> bytes:
    """A printer's colour profile by which cyan ink alone is a green (ICC.1:2010, 10.8: two steps to a channel)."""
    table = b"".join(
        bytes((160, 60, 160)) if ink == 0b1000 else bytes((255 if ink == 0 else 60, 128, 128)) for ink in range(16)
    )
    ramp = bytes(range(256))
    identity = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    lut = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + identity + ramp * 4 + table + ramp * 3
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    tags = ((b"A2B0", lut), (b"wtpt", white))
    at, index, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, content in tags:
        index += name + struct.pack(">II", at + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"lcms", 0x02100000, b"prtr", b"CMYK", b"Lab ")
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + index + body


def test_a_printers_colours_become_the_screens_by_its_profile() -> None:
    cyan = Image.new("CMYK", (100, 80), (255, 0, 0, 0))
    _, _, plain = fit(saved(cyan, "JPEG"))
    _, _, managed = fit(saved(cyan, "JPEG", icc_profile=press()))
    assert opened(plain).getpixel((50, 40)) == pytest.approx((0, 255, 255), abs=4)
    red, green, blue = opened(managed).getpixel((50, 40))  # type: ignore[misc]  # of RGB it is three numbers
    assert green > red + 60
    assert green > blue + 60
    assert "icc_profile" not in opened(managed).info


@pytest.mark.parametrize(
    "profile",
    [
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().ljust(200_000, b"\0"),  # too large to keep
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),  # of other colours than the picture's
        press(),
        bytes(200_000),
    ],
)
def test_a_profile_that_does_not_suit_goes_and_the_picture_stays(profile: bytes) -> None:
    _, _, fitted = fit(saved(card(), "JPEG", icc_profile=profile), Bounds(size=50_000, side=60))
    assert "icc_profile" not in opened(fitted).info
    assert opened(fitted).getpixel((50, 25)) == pytest.approx((0, 0, 128), abs=12)


async def test_bounds_reach_the_parser() -> None:
    async with Parsers(1, seconds=30) as parsers:
        picture, fitted = await Pictures(parsers).prepare(saved(card(), "PNG"), Bounds(size=50_000, side=60))
    assert (picture.width, picture.height) == opened(fitted).size == (60, 32)


async def test_a_picture_that_its_parser_cannot_bear_is_a_picture_error() -> None:
    async with Parsers(1, memory=150 << 20) as parsers:
        with pytest.raises(PictureError, match=r"the picture needs more than 150 MB|the picture killed its parser"):
            await Pictures(parsers).prepare(saved(card(5000, 5000), "PNG", compress_level=1))
