"""What each platform's readers get of an article, drawn as text that an editor can read."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from adapters import bluesky, discord, mastodon, slack, telegram, webhook, x
from bot.model import UTC, Bounds, Change, Entity, Message, Secret, Story, StoryState, Style
from bot.ports import Adapter
from bot.preview import Rehearsal
from bot.story import tell
from tests.text.articles import Article

NOW = dt.datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
SECRET = Secret("1000001:no-real-token")
RULE = "─" * 100
STYLE = Style(hashtags=2)

ADAPTERS: Mapping[str, Adapter] = {
    "telegram": telegram.Adapter(Rehearsal(), token=SECRET),
    "discord": discord.Adapter(Rehearsal(), token=SECRET),
    "x": x.Adapter(Rehearsal(), bearer_token=SECRET),
    "bluesky": bluesky.Adapter(Rehearsal(), handle="newsdao.kr", app_password=SECRET),
    "mastodon": mastodon.Adapter(Rehearsal(), token=SECRET, base_url="https://mastodon.example"),
    "slack": slack.Adapter(Rehearsal(), token=SECRET),
    "webhook": webhook.Adapter(Rehearsal(), secret=Secret("whsec_" + "QUJD" * 8)),
}
FOUR = ("telegram", "discord", "x", "bluesky")
REST = ("mastodon", "slack", "webhook")


def told(article: Article) -> Story:
    """The story of an article."""
    return tell(Change("new", article.entry, StoryState.ANNOUNCED), article.feed, now=NOW)


def rendered(story: Story, platform: str, style: Style = STYLE) -> tuple[Message, ...]:
    """Its messages, as if every picture had been prepared."""
    adapter = ADAPTERS[platform]
    return adapter.render(_prepared(story, adapter.pictures), style)


def _prepared(story: Story, bounds: Bounds | None) -> Story:
    if bounds is None:
        return story
    kept = [
        replace(picture, sha256=f"{number:064x}", mime="image/jpeg", width=1200, height=800, size=90_000)
        for number, picture in enumerate(story.pictures)
    ]
    return replace(story, pictures=tuple(kept))


def drawn(messages: tuple[Message, ...], name: str) -> str:
    """One platform's messages."""
    return "\n".join(line for message in messages for line in _message(message, name))


def _message(message: Message, name: str) -> Iterator[str]:
    part = f" · part {message.part}" if message.part else ""
    yield f"{name.upper()}{part} · {message.length} of {message.limit} {message.unit}"
    yield RULE
    yield message.text
    yield RULE
    for picture in message.pictures:
        yield f"picture: {picture.url}" + (f" “{picture.alt}”" if picture.alt else "")
    for entity in message.entities:
        yield _entity(message.text, entity)
    for key, value in _sober(message.body, message.text).items():
        yield from _field(key, value)
    for note in message.notes:
        yield f"note: {note}"
    yield ""


def _entity(text: str, entity: Entity) -> str:
    units = text.encode("utf-16-le")
    words = units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")
    shown = words if len(words) <= 60 else f"{words[:40]} … {words[-15:]}"
    return f"{entity.kind}: {shown!r}" + (f" → {entity.url}" if entity.url and entity.url != words else "")


def _field(key: str, value: Any, depth: int = 0) -> Iterator[str]:
    """One field of the body: a line, or a line for each of its own."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) <= 160 or not isinstance(value, Mapping | list):
        yield f"{'  ' * depth}{key}: {line}"
        return
    yield f"{'  ' * depth}{key}:"
    fields = value.items() if isinstance(value, Mapping) else enumerate(value)
    for name, inner in fields:
        yield from _field(str(name), inner, depth + 1)


def _sober(value: Any, text: str) -> Any:
    """The body without the text, which stands above, and with what is long cut short."""
    if isinstance(value, str):
        return "(the text)" if value == text else value if len(value) <= 400 else f"{value[:120]} … [{len(value)}]"
    if isinstance(value, Mapping):
        return {key: _sober(inner, text) for key, inner in value.items() if not key.endswith("entities")}
    if isinstance(value, list | tuple):
        return [_sober(inner, text) for inner in value[:12]] + ([f"… [{len(value)}]"] if len(value) > 12 else [])
    return value
