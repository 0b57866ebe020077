"""Slack: the limits of blocks, and what mrkdwn makes of a text.

Sources: SL reference/block-kit, "Formatting message text" (&, <, > are control characters and nothing else is escaped);
PLATFORMS.md a (50 blocks, 3,000 a section, about 13,000 in all).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.model import Message
from tests.renderers.grammars import slack_reads
from tests.renderers.grammars.seen import Seen, demand, known, leads, readable

TEXT, TOTAL, BLOCKS = 4000, 13_000, 50
HEADER, SECTION, FIELD, FIELDS, ELEMENTS, ALT, BUTTON = 150, 3000, 2000, 10, 10, 2000, 75

_BODY = {"text", "blocks", "mrkdwn", "unfurl_links", "unfurl_media", "parse", "link_names"}


def check(message: Message) -> Seen:
    """The message as Slack shows it; raises ``Refused``."""
    body = message.body
    known(body, _BODY, "the body")
    demand(not body.get("link_names") and body.get("parse", "none") == "none", "Slack is asked to look for names")
    fallback = body.get("text", "")
    demand(fallback.strip(), "a notification would have no text")
    demand(len(fallback) <= TEXT, f"the text has {len(fallback)} characters, more than {TEXT}")
    notice = Seen("")
    _mrkdwn(fallback, "the text", notice, verbatim=True, marks=body.get("mrkdwn", True))
    blocks = body.get("blocks", ())
    demand(len(blocks) <= BLOCKS, f"{len(blocks)} blocks are more than {BLOCKS}")
    seen = Seen("") if blocks else notice
    total = sum(_block(block, seen) for block in blocks)
    demand(total <= TOTAL, f"the blocks hold {total} characters, more than {TOTAL}")
    demand(0 < message.length <= message.limit, f"{message.length} {message.unit} of {message.limit}")
    seen.text = seen.text.strip("\n")
    return seen


def _block(block: Mapping[str, Any], seen: Seen) -> int:
    """Check one block and say how many characters it holds."""
    demand(isinstance(block.get("block_id", ""), str), "a block's id is no text")
    match block["type"]:
        case "header":
            known(block, {"type", "block_id", "text"}, "a header")
            demand(block["text"]["type"] == "plain_text", "a header is plain text")
            return _text(block["text"], "a header", HEADER, seen)
        case "section":
            known(block, {"type", "block_id", "text", "fields", "accessory", "expand"}, "a section")
            return _section(block, seen)
        case "context":
            known(block, {"type", "block_id", "elements"}, "a context")
            demand(0 < len(block["elements"]) <= ELEMENTS, f"{len(block['elements'])} elements in a context")
            return sum(_element(one, seen) for one in block["elements"])
        case "image":
            return _image(block, seen)
        case "actions":
            known(block, {"type", "block_id", "elements"}, "actions")
            return sum(_button(one, seen) for one in block["elements"])
        case "divider":
            known(block, {"type", "block_id"}, "a divider")
            return 0
        case other:
            demand(False, f"this grammar knows no block of type {other!r}")
            return 0


def _section(block: Mapping[str, Any], seen: Seen) -> int:
    demand(block.get("text") or block.get("fields"), "a section with nothing in it")
    fields: Sequence[Mapping[str, Any]] = block.get("fields", ())
    demand(len(fields) <= FIELDS, f"{len(fields)} fields are more than {FIELDS}")
    total = _text(block["text"], "a section", SECTION, seen) if "text" in block else 0
    total += sum(_text(field, "a field", FIELD, seen) for field in fields)
    return total + (_accessory(block["accessory"], seen) if "accessory" in block else 0)


def _accessory(part: Mapping[str, Any], seen: Seen) -> int:
    return _button(part, seen) if part["type"] == "button" else _image(part, seen)


def _element(part: Mapping[str, Any], seen: Seen) -> int:
    return _image(part, seen) if part["type"] == "image" else _text(part, "a context's element", FIELD, seen)


def _image(part: Mapping[str, Any], seen: Seen) -> int:
    known(part, {"type", "block_id", "image_url", "alt_text", "title"}, "an image")
    demand(part["type"] == "image", f"{part['type']!r} is no image")
    leads(part["image_url"], "an image")
    alt = readable(part["alt_text"], "an alt text")
    demand(len(alt) <= ALT, f"an alt text has {len(alt)} characters, more than {ALT}")
    return len(alt) + (_text(part["title"], "an image's title", ALT, seen) if "title" in part else 0)


def _button(part: Mapping[str, Any], seen: Seen) -> int:
    known(part, {"type", "text", "url", "action_id", "style"}, "a button")
    demand(part["type"] == "button" and part["text"]["type"] == "plain_text", "a button is a plain text")
    before, seen.text = seen.text, ""
    length = _text(part["text"], "a button", BUTTON, seen)
    seen.links.append((seen.text.strip(), leads(part["url"], "a button")))
    seen.text = before
    return length


def _text(part: Mapping[str, Any], what: str, most: int, seen: Seen) -> int:
    known(part, {"type", "text", "emoji", "verbatim"}, what)
    text = part["text"]
    demand(readable(text, what).strip(), f"{what} is empty")
    demand(len(text) <= most, f"{what} has {len(text)} characters, more than {most}")
    if part["type"] == "mrkdwn":
        demand("emoji" not in part, f"{what} is mrkdwn, which has no option emoji")
        _mrkdwn(text, what, seen, verbatim=bool(part.get("verbatim")))
        return len(text)
    demand(part["type"] == "plain_text", f"{what} is of type {part['type']!r}")
    plain = slack_reads.unescaped(text)
    if part.get("emoji", True):
        demand(not slack_reads.EMOJI.search(plain), f"{what} holds what Slack draws as an emoji")
    seen.text += plain + "\n"
    return len(text)


def _mrkdwn(markup: str, what: str, seen: Seen, *, verbatim: bool, marks: bool = True) -> None:
    reading = slack_reads.read(readable(markup, what))
    demand(not reading.broken, f"{what} is not escaped: {reading.broken[:1]}")
    demand(not (marks and reading.otherwise), f"{what} could be read in another way too: {reading.otherwise[:1]}")
    demand(not reading.mentions, f"{what} holds a live mention: {reading.mentions[:1]}")
    if not verbatim:
        names = slack_reads.NAMES.findall(reading.text)
        demand(not names, f"{what} holds {names[:1]}, which Slack may take for a mention unless told verbatim")
    demand(not reading.drawn, f"{what} holds what Slack draws as an emoji: {reading.drawn[:1]}")
    for _, url in reading.links:
        leads(url, what)
    seen.links += reading.links
    seen.text += reading.text + "\n"
