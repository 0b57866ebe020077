"""X: the weighted length by twitter-text itself, and what twitter-text makes live.

Sources: twitter-text 3.1 (configuration 3; validMentionOrList, validHashtag, validCashtag, endMentionMatch); X docs,
"one cashtag a post" (PLATFORMS.md 0.2, a). The product counts for itself, so the library is independent of it.
"""

import unicodedata

import regex

from bot.model import Message
from bot.sandbox.x_text import library
from tests.renderers.grammars.seen import Seen, demand, known, leads, readable

WEIGHT = 280

_LATIN = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253-\u02bb\u0300-\u036f\u1e00-\u1eff"
_MENTION = regex.compile(
    r"(?:(?<![A-Za-z0-9_!#$%&*@＠])|(?<=(?:^|[^A-Za-z0-9_+~.\-])(?:rt|RT|rT|Rt):?))"
    rf"[@＠][A-Za-z0-9_]{{1,20}}(?:/[A-Za-z][A-Za-z0-9_\-]{{0,24}})?(?![@＠{_LATIN}]|://)"
)
_TAG_LETTER = r"[\p{L}\p{M}]"
_TAG_PART = (
    r"[\p{L}\p{M}\p{Nd}_\u200c\u200d\ua67e\u05be\u05f3\u05f4"
    r"\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7]"
)
_TAG = regex.compile(
    rf"(?<!{_TAG_PART}|&)[#＃](?!\ufe0f|\u20e3)(?=[\p{{Nd}}_]*{_TAG_LETTER}){_TAG_PART}++(?![#＃]|://)"
)
_SIGN = regex.compile(r"[©®](?!\ufe0f)")
_NEWER = regex.compile(r"\u200d|\p{Emoji_Modifier}|\p{Regional_Indicator}|[\U0001f900-\U0001faff]")
_CASHTAG = regex.compile(r"(?i)(?<![^\s\u200e\u200f])\$[a-z]{1,6}(?:[._][a-z]{1,2})?(?=$|[\s\p{P}])")


def check(message: Message) -> Seen:
    """The message as X shows it; raises ``Refused``."""
    body = message.body
    known(body, {"text", "link"}, "the body")
    text = readable(body["text"], "the text")
    demand(text == text.strip() != "", "the text is empty or has white space at an end")
    demand(message.text == text, "the text that is stored is not the one that is sent")
    counted = library().parse_tweet(text)
    # © and ® weigh 2 as emoji, which they are for npm's twitter-text with U+FE0F only, for this library always
    weight = counted.weightedLength - len(_SIGN.findall(text))
    demand(weight <= WEIGHT, f"the weight {weight} is more than {WEIGHT}")
    demand(counted.valid or weight + len(_SIGN.findall(text)) > WEIGHT, "twitter-text finds the text invalid")
    addresses = library().extract_urls_with_indices(text)
    # bot.text.x counts more where a stretch may or may not be an address, or an emoji is newer than Twitter's list
    link = body.get("link", "")
    whole = not link or link in [one["url"] for one in addresses]
    doubtful = not whole or "." in text.removesuffix(link) or _NEWER.search(text)
    right = message.length == weight or (doubtful and message.length > weight)
    demand(right, f"the weight {weight} is declared as {message.length}")
    plain = _without(text, [one["indices"] for one in addresses])
    seen = Seen(text, [(one["url"], one["url"]) for one in addresses])
    seen.mentions = _MENTION.findall(plain)
    demand(not seen.mentions, f"a mention is live: {seen.mentions[:1]}")
    seen.tags = [match[0] for match in _TAG.finditer(plain)]
    cashtags = [match[0] for match in _CASHTAG.finditer(plain)]
    demand(not cashtags, f"a cashtag is live: {cashtags[:1]}")
    if link:
        leads(link, "the link")
        demand(text.endswith(link), "the link does not stand at the end")
        start = len(unicodedata.normalize("NFC", text)) - len(link)
        within = [one["url"] for one in addresses if one["indices"][1] > start]
        demand(within in ([link], []), f"X would take {within[:1]} of the link {link!r}")
    return seen


def _without(text: str, stretches: list[list[int]]) -> str:
    """The text with its addresses blotted out."""
    letters = list(text)
    for start, end in stretches:
        letters[start:end] = "\x00" * (end - start)
    return "".join(letters)
