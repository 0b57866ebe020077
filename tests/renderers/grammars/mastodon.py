"""Mastodon: graphemes with 23 for an address, and what the server finds in a status.

Sources: PLATFORMS.md a; mastodon app/models/account.rb (MENTION_RE, over the whole text, addresses too), app/models/
concerns/tag (HASHTAG_RE, and the older one that many servers still run), config/initializers/twitter_regex.rb (which
schemes become links), StatusLengthValidator.
"""

import regex

from bot.model import Message
from tests.renderers.grammars.seen import Seen, demand, graphemes, known, readable, safe

GRAPHEMES, ADDRESS, PICTURES = 500, 23, 4

_WORD = r"[\p{L}\p{M}\p{N}\p{Pc}]"
_USER, _SERVER = r"[A-Za-z0-9_]+(?:[.\-]+[A-Za-z0-9_]+)*", rf"{_WORD}+(?:[.\-]+{_WORD}+)*"
_MENTION = regex.compile(rf"(?<![=/]|{_WORD})@{_USER}(?:@{_SERVER})?")
_TAG = regex.compile(rf"(?<![=/)]|{_WORD})[#＃](?=[\p{{N}}_·・\u200c]*[\p{{L}}\p{{M}}]){_WORD}(?:{_WORD}|[·・\u200c])*")
_ENDING = r"[^\s\p{Z}()?!*\"'「」<>;:=,.$%\[\]~&|@]"
_ADDRESS = regex.compile(
    rf"""(?xi)(?<![a-z0-9@＠$\#＃]|[\u202a-\u202e])
    (?P<scheme> https? | dat | dweb | ipfs | ipns | ssb | gopher | gemini ) ://
    (?: [^\s\p{{Z}}!-,./:-@\[-^`{{-~]+ \. )+ (?: xn--[a-z0-9\-]+ | [\p{{L}}\p{{M}}]{{2,}} ) (?: : [0-9]+ )?
    (?: / (?: [^\s\p{{Z}}<>()?]* \( [^\s\p{{Z}}<>()]* \) )* (?: [^\s\p{{Z}}<>()?]* (?: {_ENDING} | (?<=/) ) )? )?
    (?: \? [^\s\p{{Z}}<>\"`^{{}}\\]* [a-z0-9_&=\#/\-\u00a1-\U0010fffd] )?
    """
)
_SOMEWHERE = regex.compile(r"(?i)https?://\S+")
_OTHER = regex.compile(r"(?i)(?<![a-z0-9@$#])(?:xmpp:\S+\.\S+|magnet:\?\S+)")


def check(message: Message) -> Seen:
    """The status as a Mastodon server shows it; raises ``Refused``."""
    body = message.body
    known(body, {"status", "language", "visibility", "sensitive", "spoiler_text", "media"}, "the body")
    demand(body.get("visibility", "public") in {"public", "unlisted", "private"}, "a status for nobody")
    language = body.get("language", "ko")
    demand(regex.fullmatch(r"[a-z]{2,3}", language), f"{language!r} is no language by ISO 639")
    text = readable(body["status"], "the status")
    demand(text == text.strip() != "", "the status is empty or has white space at an end")
    warning = readable(body.get("spoiler_text", ""), "the warning")
    length = graphemes(warning) + weigh(text)
    # Where an address ends hangs on the server's own rules, which the oracles of tests/text count by; without any
    # address there is but one reading.
    least = graphemes(warning) + graphemes(_SOMEWHERE.sub("", text))
    demand(message.length <= GRAPHEMES, f"{message.length} characters are more than {GRAPHEMES}")
    right = message.length == length if "://" not in text else least <= message.length <= length + graphemes(text)
    demand(right, f"{length} characters are declared as {message.length}")
    demand(len(message.pictures) <= PICTURES, f"more than {PICTURES} pictures")
    mentions = [match[0] for match in _MENTION.finditer(text)]
    demand(not mentions, f"a mention is live: {mentions[:1]}")
    other = [match[0] for match in _OTHER.finditer(text)]
    links = [match[0] for match in _ADDRESS.finditer(text)] + other
    demand(not other, f"an address would become a link of an unsafe scheme: {other[:1]}")
    for link in links:
        safe(link, "an address in the status")
    plain = _ADDRESS.sub(lambda found: "x" * len(found[0]), text)
    return Seen(text, [(link, link) for link in links], [], [match[0] for match in _TAG.finditer(plain)])


def weigh(text: str) -> int:
    """Graphemes, with 23 for every address of the web, however long."""
    return graphemes(_ADDRESS.sub(lambda found: "x" * ADDRESS, text))
