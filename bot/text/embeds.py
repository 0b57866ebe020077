"""What a page embeds becomes a link that says what it is: a video, a post elsewhere, a map, a card for another page.

A player's address is of no use outside its frame, so that a known one becomes the address of the page it plays.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborNode

from bot.text.letters import squeeze
from bot.text.links import absolute

Attributes = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Embed:
    """What is embedded, in words, and where it is; ``address`` is empty for what has none (a place on a map)."""

    title: str
    address: str
    recording: str = ""  #: one of `RECORDINGS`, where its address would have to be its title


_SERVICES: Final = {
    "youtube.com": "YouTube", "youtu.be": "YouTube", "youtube-nocookie.com": "YouTube", "vimeo.com": "Vimeo",
    "tv.naver.com": "네이버TV", "tv.kakao.com": "카카오TV", "dailymotion.com": "Dailymotion", "twitch.tv": "Twitch",
    "x.com": "X", "twitter.com": "X", "instagram.com": "Instagram", "facebook.com": "Facebook",
    "threads.net": "Threads", "threads.com": "Threads", "tiktok.com": "TikTok", "bsky.app": "Bluesky",
    "spotify.com": "Spotify", "soundcloud.com": "SoundCloud", "podcasts.apple.com": "Apple Podcasts",
}  # fmt: skip
_PAGES: Final = (
    (r"youtube(?:-nocookie)?\.com/embed/videoseries\?(?:.*&)?(list=[\w\-]+).*", r"https://www.youtube.com/playlist?\1"),
    (r"youtube(?:-nocookie)?\.com/(?:embed|v)/([\w\-]{11})(?![\w\-]).*", r"https://www.youtube.com/watch?v=\1"),
    (r"player\.vimeo\.com/video/(\d+).*", r"https://vimeo.com/\1"),
    (r"(?:play-)?tv\.kakao\.com/embed/player/cliplink/(\d+).*", r"https://tv.kakao.com/v/\1"),
    (r"tv\.naver\.com/embed/(\d+).*", r"https://tv.naver.com/v/\1"),
    (r"dailymotion\.com/embed/video/(\w+).*", r"https://www.dailymotion.com/video/\1"),
    (r"open\.spotify\.com/embed/(\w+/\w+).*", r"https://open.spotify.com/\1"),
    (r"platform\.twitter\.com/embed/.*[?&]id=(\d+).*", r"https://x.com/i/status/\1"),
    (r"instagram\.com/(p|reel)/([\w\-]+)/embed.*", r"https://www.instagram.com/\1/\2/"),
)
_PLAYERS: Final = tuple(
    (re.compile(rf"https?://(?:[\w\-]+\.)*?{pattern}", re.IGNORECASE), page) for pattern, page in _PAGES
)
#: Hosts whose frames only wrap another page, and the parameter that names it.
_WRAPPERS: Final = {"cdn.embedly.com": "url", "www.facebook.com": "href", "w.soundcloud.com": "url"}
_SHOWS: Final = re.compile(r"embed|player|video|vod|\btv\b|maps?\b|chart|graph", re.IGNORECASE)
_NO_TITLE: Final = re.compile(
    r"(?:youtube|vimeo|facebook|x|twitter|instagram)?[ \-]?(?:video|post|embed(?:ded)?|tweet)?[ \-]?(?:player|content)?"
    r"|i?frame|untitled|undefined|null|(?:3rd party )?ad(?:vertisement| content)?",
    re.IGNORECASE,
)

#: What a recording without a title is called, on a Korean page and on another.
RECORDINGS: Final = {"video": ("영상", "Video"), "audio": ("음성", "Audio")}
_RECORDING: Final = re.compile(
    r"\.(?:(?P<video>mp4|m4v|mov|webm|m3u8)|(?P<audio>mp3|m4a|ogg|wav|aac))\Z", re.IGNORECASE
)

#: Cards for another page, by the editor's name for them, and where their titles stand.
_CARDS: Final = {
    "se-oglink": ".se-oglink-title", "se-module-oglink": ".se-oglink-title", "se-section-oglink": ".se-oglink-title",
    "se_oglink": ".se_og_tit", "se_og_wrap": ".se_og_tit", "se_og_box": ".se_og_tit",
    "se-material": ".se-material-title", "se-file": ".se-file-name", "se-placesmap": ".se-map-title",
    "kg-bookmark-card": ".kg-bookmark-title", "kg-file-card": ".kg-file-card-title, .kg-file-card-filename",
    "kg-audio-card": ".kg-audio-title", "kg-video-card": "figcaption", "graf--mixtapeembed": "strong",
    "fileblock": ".name", "wp-block-file": "a",
    "ke:opengraph": ".og-title", "ke:video": "figcaption",
}  # fmt: skip
#: Posts elsewhere whose text comes by script, and the attribute that names them.
_POSTS: Final = {
    "instagram-media": "data-instgrm-permalink", "text-post-media": "data-text-post-permalink",
    "fb-post": "data-href", "fb-video": "data-href",
}  # fmt: skip
_NAMED: Final = (*_POSTS.values(), "data-video-url", "data-og-source-url", "data-og-url", "data-kg-audio-src")
_TITLED: Final = ("data-video-title", "data-og-title")
_LINKED: Final = ("href", "src", "data-href", "data-link")


def player(tag: str, node: LexborNode, attributes: Attributes, base: str) -> Embed | None:
    """What an iframe, video, audio, embed or object plays; None for a frame that nobody can name, such as an advert."""
    inner = node.css_first("source, embed") if tag in {"video", "audio", "object"} else None
    named = [attributes.get("src"), attributes.get("data-src"), attributes.get("data")]
    address = next(_addresses([*named, inner.attributes.get("src") if inner else None], base), "")
    if not address:
        return None
    title = _meant(attributes.get("title") or attributes.get("aria-label") or "")
    page = page_of(address)
    if tag == "iframe" and not title and not service_of(page) and not _SHOWS.search(_without_host(page)):
        return None
    return _embed(title, page, tag)


def card(node: LexborNode, attributes: Attributes, base: str, kind: str) -> Embed | None:
    """The page or post that an editor's card stands for, which `kind_of` calls ``kind``; None if it names neither."""
    address = next(_addresses([*(attributes.get(name) for name in _NAMED), *_within(node)], base), "")
    titles = (*(attributes.get(name) for name in _TITLED), _title(node, kind))
    title = next(filter(None, (_meant(title or "") for title in titles)), "")
    page = page_of(address)
    return _embed(title, page) if title or page else None


def kind_of(classes: str, tistory: str) -> str:
    """An editor's name for the card that an element with this class attribute and Tistory kind is; "" if it is none."""
    tokens = [*classes.lower().split(), f"ke:{tistory}"]
    return next((token for token in tokens if token in _CARDS or token in _POSTS), "")


def page_of(address: str) -> str:
    """The page that the address of a player stands for; any other address as it is."""
    parts = urlsplit(address)
    if wrapped := parse_qs(parts.query).get(_WRAPPERS.get(parts.hostname or "", "")):
        address = absolute(address, wrapped[0]) or address
    for pattern, page in _PLAYERS:
        if match := pattern.fullmatch(address):
            return match.expand(page)
    return address


def service_of(address: str) -> str:
    """The name of the service that an address belongs to, in its own spelling; "" if it is not a known one."""
    host = urlsplit(address).hostname or ""
    while host:
        if host in _SERVICES:
            return _SERVICES[host]
        host = host.partition(".")[2]
    return ""


def _embed(title: str, page: str, tag: str = "") -> Embed:
    """An embed by its title, its service, what it plays, or its address."""
    if name := title or service_of(page):
        return Embed(name, page)
    ending = _RECORDING.search(urlsplit(page).path)
    return Embed(page, page, tag if tag in RECORDINGS else (ending.lastgroup or "") if ending else "")


def _addresses(candidates: list[str | None], base: str) -> Iterator[str]:
    yield from (address for value in candidates if (address := absolute(base, value or "")).startswith("http"))


def _within(node: LexborNode) -> Iterator[str | None]:
    """What the links and players in a card lead to."""
    for inner in node.css("a, audio, video, iframe, source"):
        yield from (inner.attributes.get(name) for name in _LINKED)


def _title(node: LexborNode, kind: str) -> str:
    if kind in _CARDS:
        found = node.css_first(_CARDS[kind])
        return found.text() if found else ""
    links = [link.text() for link in node.css("a")]
    return links[-1] if links else ""


def _meant(title: str) -> str:
    """A title that says something; "YouTube video player" does not."""
    title = squeeze(title)
    return "" if _NO_TITLE.fullmatch(title) else title


def _without_host(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"
