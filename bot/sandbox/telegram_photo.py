"""Telegram's photos: uploaded, attached to an album, named by an address or by the id of one that it has."""

import hashlib
import re
from collections.abc import Collection, Mapping
from typing import Any

from bot.sandbox.intake import Dimensions, Upload, picture
from bot.sandbox.telegram_call import Call
from bot.sandbox.telegram_text import is_address, refuse

MOST_PHOTO = 10 << 20  #: bytes of an uploaded photo; PLATFORMS.md b
MOST_SIDES = 10_000  #: pixels, width and height together; PLATFORMS.md b
MOST_RATIO = 20  #: of the longer side to the shorter; PLATFORMS.md b
SIDES = (90, 320, 800, 1280)  #: pixels of the longer side of each scaled copy, Telegram's s, m, x and y
ALBUM = range(2, 11)  #: media in an album; TGS sendMediaGroup

FILE_ID = re.compile(r"sandbox-([0-9a-f]{64})-(\d+)x(\d+)")

Sizes = list[dict[str, Any]]


def check_photo(call: Call, named: object, known: Collection[str]) -> Sizes:
    """The sizes of the photo that a field names; ``known`` are the hashes of those uploaded before."""
    upload = call.uploads.get(str(named).removeprefix("attach://") if named else "photo")
    if upload is not None:
        return _sizes(upload.sha256(), _check_upload(upload))
    if not named:
        raise refuse(400, "Bad Request: there is no photo in the request")
    if found := FILE_ID.fullmatch(str(named)):
        if found[1] in known:
            return _sizes(found[1], Dimensions(int(found[2]), int(found[3])))
    elif is_address(named):
        # nothing is fetched from here: any address is taken for a picture of the common size
        return _sizes(hashlib.sha256(str(named).encode()).hexdigest(), Dimensions(1200, 630))
    raise refuse(400, "Bad Request: wrong remote file identifier specified: Wrong string length")


def check_media(call: Call, media: object, known: Collection[str]) -> Sizes:
    """The sizes of one InputMediaPhoto."""
    if not isinstance(media, dict) or media.get("type") != "photo":
        raise refuse(400, "Bad Request: can't parse InputMedia: the stand-in takes photos only")
    if not media.get("media"):
        raise refuse(400, "Bad Request: can't parse InputMedia: media not found")
    return check_photo(call, media["media"], known)


def album(call: Call) -> list[Mapping[str, Any]]:
    """The media of an album, as many as it may have."""
    media = call.fields.get("media")
    if not isinstance(media, list) or len(media) not in ALBUM:
        raise refuse(400, "Bad Request: wrong number of media in the album: there must be 2-10 of them")
    if "reply_markup" in call.fields:
        # the real one ignores what this method does not know; a lost button is worth a word
        raise refuse(400, "Bad Request: an album can't have a reply markup")
    return media


def _check_upload(upload: Upload) -> Dimensions:
    if len(upload.data) > MOST_PHOTO:
        raise refuse(413, "Request Entity Too Large")
    size = picture(upload.data, ("JPEG", "PNG", "GIF"))
    if size is None:
        raise refuse(400, "Bad Request: IMAGE_PROCESS_FAILED")
    short, long = sorted((size.width, size.height))
    if short + long > MOST_SIDES or long > MOST_RATIO * short:
        raise refuse(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    return size


def _sizes(sha256: str, size: Dimensions) -> Sizes:
    """The photo as Telegram keeps it: scaled copies, smallest first; each one's file_id names the whole."""
    longest = max(size.width, size.height)
    scales = [side / longest for side in SIDES[:-1] if side < longest]
    return [
        {
            "file_id": f"sandbox-{sha256}-{size.width}x{size.height}",
            "file_unique_id": f"{sha256[:16]}-{number}",
            "width": max(1, round(size.width * scale)),
            "height": max(1, round(size.height * scale)),
        }
        for number, scale in enumerate([*scales, min(1.0, SIDES[-1] / longest)])
    ]
