"""What the webhook says: the whole story as JSON, for programs of others.

This shape is a promise. What may be missing stands with a question mark; more may be added, nothing is taken away:

    type         what happens at this receiver: "story.published", the first that it hears of a story; then
                 "story.updated", or "story.corrected" where its newsroom says so; or "story.retracted"
    timestamp    when the story was published, else first seen: RFC 3339, UTC; the same for every try
    original?    the webhook-id of the "story.published" that is updated, corrected or retracted
    data         the whole story as it is now
      id?          Sokbo's own number, once there is one
      revision     counts from 1
      state        "announced", "corrected", "retracted" …
      urgency      "breaking" | "normal" | "low"
      headline     as its source wrote it, on one line
      title        {"words", "urgency", "series", "labels"}: the headline taken apart; "[속보] 3보: …" has series "3보"
      excerpt      a few sentences, or ""
      link         an ASCII address, or ""
      source       the feed's name
      language     "ko", "en", or ""
      categories   as the source names them
      hashtags     the same as words that are tags anywhere, without their sign
      published?   RFC 3339, UTC
      card         whether the first picture is its site's, and stands for no story of its own
      pictures     [{"url"?, "alt", "mime"?, "width"?, "height"?, "sha256"?}], the story's own first
      body?        {"text", "html"?, "blocks"?}: the story as plain words, as HTML, as blocks

A block is one of these. A run is ``{"text", "marks"?, "href"?}``; its marks are of bold, italic, underline, strike,
code and spoiler. All addresses lead to the web.

    {"type": "paragraph", "runs"}    {"type": "heading", "level": 1-6, "runs"}    {"type": "code", "text"}
    {"type": "list", "ordered", "start", "items": [[block …] …]}            {"type": "quote", "blocks"}
    {"type": "table", "head", "rows": [["…"] …]}                            {"type": "figure", "picture", "caption"}

The HTML has no attributes but ``href``, ``start``, ``src`` and ``alt``, no styles and no scripts. Texts are in NFC,
without characters that hide others. A payload is best below 20 kB (the standard, "Payload size"): a longer one leaves
out the body's blocks, then its HTML, then the end of its text, and the rest last; who wants all of it has the link.

A program needs no layout, so templates have no effect.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Final, assert_never

from adapters.webhook.body import LONGEST_LINK, Json, forms, shown
from bot.model import UTC, Message, Operation, Story, StoryState, Style
from bot.text.fields import outgoing
from bot.text.fit import fit
from bot.text.hashtags import hashtags
from bot.text.headline import understood
from bot.text.letters import clean, squeeze
from bot.text.marked import Kind
from bot.text.measure import code_points, utf8

PAYLOAD = 20_000  #: bytes of the JSON
ADDED = 60  #: bytes of it that sending may add: the original's webhook-id, a longer type
NAME = 200  #: code points of what a newsroom names: its feed, a category
MOST = 50  #: of categories, and of pictures; no story has more

_PUBLISHED: Final = "story.published"
_UPDATED: Final = "story.updated"
_CORRECTED: Final = "story.corrected"
_RETRACTED: Final = "story.retracted"


def render(platform: str, story: Story, style: Style) -> Message:
    """Tell everything there is; what makes it too long is left out in the order of the module's promise."""
    link, notes = outgoing(story, style), list[str]()
    if len(link) > LONGEST_LINK:
        link = ""
        notes.append(f"without its link, which is longer than {LONGEST_LINK} characters")
    data = _told(story, link)
    payload = {"type": _type(story), "timestamp": _moment(story), "data": data}
    notes += _shorten(payload)
    return Message(
        platform=platform,
        style=style,
        text="\n\n".join(filter(None, (data["headline"], data["excerpt"], data["link"]))),
        length=_size(payload),
        limit=PAYLOAD,
        unit="bytes",
        body=payload,
        notes=tuple(notes),
    )


def event(message: Message, operation: Operation) -> Json:
    """The message as one operation tells it, the same on every worker: what stands in it is in order of its name."""
    payload = json.loads(json.dumps(message.body, sort_keys=True))
    return {**payload, "type": _happens(payload["type"], operation)}


def written(value: object) -> str:
    """The JSON as it is sent."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _happens(rendered: str, operation: Operation) -> str:
    """What a receiver is told. A story may have changed before its first send; to a receiver it is new all the same."""
    match operation:
        case "send":
            return _PUBLISHED
        case "edit" | "reply":
            return _UPDATED if rendered == _PUBLISHED else rendered
        case "delete":
            return _RETRACTED
        case _:
            assert_never(operation)


def _type(story: Story) -> str:
    match story.state:
        case StoryState.CORRECTED:
            return _CORRECTED
        case StoryState.RETRACTED | StoryState.KILLED:
            return _RETRACTED
        case StoryState.KNOWN | StoryState.REVIEW | StoryState.QUARANTINED | StoryState.ANNOUNCED:
            return _PUBLISHED if story.revision == 1 else _UPDATED
        case _:
            assert_never(story.state)


def _moment(story: Story) -> str:
    return _rfc3339(story.published or story.seen or dt.datetime.fromtimestamp(0, UTC))


def _rfc3339(moment: dt.datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _told(story: Story, link: str) -> Json:
    title = understood(story.headline)
    tags = hashtags(story.categories, MOST)
    return {
        **({"id": story.id} if story.id else {}),
        "revision": story.revision,
        "state": str(story.state),
        "urgency": str(story.urgency),
        "headline": squeeze(story.headline) or _name(story.source),
        "title": {
            "words": title.words,
            "urgency": title.urgency,
            "series": title.series,
            "labels": list(title.labels),
        },
        "excerpt": clean(story.excerpt).strip(),
        "link": link,
        "source": _name(story.source),
        "language": _name(story.language),
        "categories": list(map(_name, story.categories[:MOST])),
        "hashtags": [span.value for span in tags.spans if span.kind is Kind.TAG],
        **({"published": _rfc3339(story.published)} if story.published else {}),
        "card": story.card,
        "pictures": list(map(shown, story.pictures[:MOST])),
        **({"body": forms(story.body, PAYLOAD)} if story.body.blocks else {}),
    }


def _name(text: str) -> str:
    return fit(squeeze(text), NAME, code_points)


# ── Its size ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _shorten(payload: Json) -> Iterator[str]:
    """Leave out what makes the payload too long, and say so."""
    data = payload["data"]
    body, title = data.get("body", {}), data["title"]
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("without the body's blocks", lambda: body.pop("blocks", None)),
        ("without the body's HTML", lambda: body.pop("html", None)),
        ("without the end of the body", lambda: _cut(payload, body, "text") if body else None),
        ("with one picture only", lambda: data.update(pictures=data["pictures"][:1])),
        ("without its picture", lambda: data.update(pictures=[])),
        ("without the end of its excerpt", lambda: _cut(payload, data, "excerpt")),
        ("without its categories", lambda: data.update(categories=[], hashtags=[])),
        ("without its headline taken apart", lambda: title.update(words="", labels=[])),
        ("without the end of its headline", lambda: _cut(payload, data, "headline")),
    )
    for note, shorten in steps:
        size = _size(payload)
        if size <= PAYLOAD - ADDED:
            break
        shorten()
        if _size(payload) < size:
            yield note


def _cut(payload: Json, holder: Json, name: str) -> None:
    """Cut one text to the room that all else leaves it."""
    text, holder[name] = holder[name], ""
    room = PAYLOAD - ADDED - _size(payload)
    holder[name] = fit(text, room, lambda piece: _size(piece) - len('""'))


def _size(value: object) -> int:
    return utf8(written(value))
