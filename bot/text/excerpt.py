"""What is told below the headline: the source's own summary, else the story's lead.

Noise goes by structure: datelines, credits, reporters' lines, share bars, the headline again, and a closing sentence
that only tells the reader to act.
"""

from collections.abc import Iterator
from typing import Final

import regex

from bot.document import Document, Paragraph
from bot.text.advert import only_tells_to_act, warns
from bot.text.fit import ELLIPSIS, fit
from bot.text.letters import squeeze
from bot.text.measure import code_points
from bot.text.plain import words_of
from bot.text.sentences import sentences

__all__ = ["excerpt", "sentences"]

_MOST_SENTENCES: Final = 3  # a lead in a newspaper has one to three
_MOST_CHARACTERS: Final = 300  # what a phone's notification and X can show of it
_SUMMARY: Final = 600  # characters; a longer "summary" is the article
_SHORT: Final = 10  # characters; the shortest report we know is "북한이 미사일 발사"
_UNPUNCTUATED: Final = 60  # characters; a shorter line without an end is a caption, a date, a name

_CUT: Final = regex.compile(r"\s*(?:\[\s*(?:…|\.{3})\s*\]|(?:…|\.{3})\s*(?:더\s?보기|계속|more)?)\Z", regex.IGNORECASE)
_DATELINE: Final = regex.compile(
    r"""(?x) \A [(\[【] [^()\[\]【】]{0,30} (?: =[^()\[\]【】]{1,30} | 기자 | 특파원 ) [)\]】] \s*
    (?: [^\s=]{2,12}(?:\s(?:기자|특파원|선임기자))? \s* = \s* )?"""
)
_CREDIT: Final = regex.compile(
    r"""(?xi) \A (?: [▲△▼▽◀▶☞ⓒ©] | 저작권자 | copyright\b
                   | [(\[【<]?\s*(?:자료\s?)?(?:사진|출처|제공|그래픽|이미지|영상)\s*[=:：/)\]】] )
    | 무단\s?전재 | 재배포\s?금지 | (?:사진|제공)\s*=\s*\S+\s*\Z"""
)
_REPORTER: Final = regex.compile(r"[\w.+\-]+@[\w\-]+\.[\w.]+|(?:기자|특파원)\s*=?\s*\Z")
_SHARE: Final = regex.compile(
    r"페이스북|트위터|카카오|밴드|인스타|URL|글자\s?크기|프린트|스크랩|Facebook|Twitter|Instagram|Copy link",
    regex.IGNORECASE,
)
_ENDS: Final = regex.compile(r"""[.!?。！？…]["'”’」』)\]]*\Z""")


def excerpt(summary: str, content: Document, headline: str) -> str:
    """What is told below ``headline``, on one line; "" where there is nothing but the headline.

    ``summary`` is the source's own, plain text. A lead is at most three sentences and 300 characters.
    """
    own = squeeze(summary)
    if not own or _same(own, headline):
        own = _lead(content, headline)
    elif len(own) > _SUMMARY:
        own = _beginning(own)
    told = _without_adverts(_without_headline(_completed(own), headline))
    return "" if _same(told, headline) else told


def _lead(content: Document, headline: str) -> str:
    for block in content.blocks:
        if isinstance(block, Paragraph):
            text = _DATELINE.sub("", squeeze(words_of(block.runs)))
            if not _is_link(block) and not _same(text, headline) and _is_prose(text):
                return _beginning(text)
    return ""


def _is_prose(text: str) -> bool:
    """Whether a paragraph tells something, rather than crediting, signing, sharing or inviting."""
    if len(text) < _SHORT or _CREDIT.search(text):
        return False
    if not _ENDS.search(text) and (len(text) < _UNPUNCTUATED or len(_SHARE.findall(text)) > 1):
        return False
    if len(text) < _UNPUNCTUATED and _REPORTER.search(text):
        return False
    return not all(map(only_tells_to_act, sentences(text)))


def _is_link(paragraph: Paragraph) -> bool:
    return all(run.href or not run.text.strip() for run in paragraph.runs)


def _beginning(text: str) -> str:
    """The first sentences of an article."""
    return fit(" ".join(sentences(text)[:_MOST_SENTENCES]), _MOST_CHARACTERS, code_points)


def _completed(text: str) -> str:
    """A summary that a machine cut in the middle of a sentence ends with the last whole one, if it has any."""
    cut = _CUT.search(text)
    if not cut:
        return text
    kept = text[: cut.start()]
    parts = sentences(kept)
    if parts and _ENDS.search(parts[-1]):
        return kept
    return " ".join(parts[:-1]) or (kept + ELLIPSIS if kept else "")


def _without_headline(text: str, headline: str) -> str:
    """The summary without a first sentence that is the headline again."""
    first, *rest = sentences(text) or [""]
    return " ".join(rest) if rest and _same(first, headline) else text


def _without_adverts(text: str) -> str:
    """The text without closing sentences that only tell to act, as long as others remain."""
    if warns(text):
        return text
    parts = sentences(text)
    kept = list(_until_advert(parts))
    return text if len(kept) == len(parts) else " ".join(kept)


def _until_advert(parts: list[str]) -> Iterator[str]:
    last = max((number for number, part in enumerate(parts) if not only_tells_to_act(part)), default=len(parts) - 1)
    yield from parts[: last + 1]


def _same(text: str, headline: str) -> bool:
    """Whether two lines say the same but for marks and spaces."""
    return _core(text) == _core(headline)


def _core(text: str) -> str:
    return "".join(filter(str.isalnum, squeeze(text).casefold()))
