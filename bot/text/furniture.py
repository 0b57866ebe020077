"""What stands around an article on its page and gets into feeds with it: share bars, time stamps, credits, tags,
copyright lines, the marks of a broadcast script. Told by its form, not by any one site's words.
"""

import re
from typing import Final

import regex

_OPEN: Final = r"[(\[【<〈［（]"
_CLOSE: Final = r"[)\]】>〉］）]"
_DATE: Final = (
    r"(?:\d{4}\s?[.\-/년]\s?\d{1,2}\s?[.\-/월]\s?\d{1,2}\s?[.일]?(?:\s?\([월화수목금토일]\))?"
    r"|[A-Z][a-z]{2,8}\.?\s\d{1,2},\s\d{4})"
)
_TIME: Final = r"(?:(?:오전|오후|at)\s?)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s[A-Z]{2,4})?"
_MOMENT: Final = rf"{_DATE}(?:[\s,]*{_TIME})?"
_DONE: Final = (
    r"(?:(?:기사\s?)?(?:최종\s?)?(?:입력|등록|작성|발행|승인|송고|게재|수정|업데이트)(?:일시|일|시간)?"
    r"|(?:last\s)?(?:published|posted|updated|modified)(?:\s(?:on|at))?)"
)
_KIND: Final = r"(?:(?:자료\s?)?사진|그래픽|이미지|영상|일러스트|출처|제공|photo|image|credit)"

_STAMP: Final = regex.compile(rf"(?i)\A[\s|/·,]*(?:{_DONE}\s*[:：]?\s*{_MOMENT}|{_MOMENT}\s*{_DONE})[\s|/·,]*")
_SHARED: Final = (
    r"(?:페이스북|트위터|엑스|카카오톡?|카카오스토리|네이버|블로그|밴드|라인|인스타그램|텔레그램|이메일|메일|메신저|SNS|기사"
    r"|facebook|twitter|x|linkedin|instagram|whatsapp|telegram|reddit|pinterest|email|e-mail)"
)
_TOOL: Final = (
    r"(?:공유(?:하기)?|보내기|URL(?:\s?복사)?|(?:주소|링크)\s?복사|글[자씨]\s?(?:크기|키우기|줄이기)(?:\s?(?:조정|조절|설정|변경))?"
    r"|프린트|인쇄(?:하기)?|스크랩(?:하기)?|북마크|저장|목록|댓글(?:\s?\d+)?|좋아요(?:\s?\d+)?|바로가기|이전\s?글|다음\s?글|가"
    r"|share(?:\sthis)?|print|copy\s(?:link|url)|save|comments?)"
)
_SHARE_BAR: Final = regex.compile(
    rf"(?i)\A(?=(?:\W*{_SHARED}(?!\w)){{0,12}}\W*{_TOOL}(?!\w))(?:[^\w#]*(?:{_SHARED}|{_TOOL})(?!\w)){{3,40}}+[\s:|/·]*"
)
_SHARE_WORD: Final = regex.compile(rf"(?i)(?<!\w)(?:{_SHARED}|{_TOOL})(?!\w)")
_CREDIT: Final = regex.compile(
    rf"""(?xi) \A [\s▲△▼▽◀▶]* (?:
        {_OPEN}\s*{_KIND}\s*(?: [=:：/] | 제공 | (?={_CLOSE}) )[^)\]】>〉］）.!?]{{0,40}}{_CLOSE}
      | {_KIND}\s*[=:：/]\s*[^\s.,]{{1,20}}(?:\s(?:제공|캡처|갈무리|DB))? (?=\s|\Z) ) \s*"""
)
_CREDITED: Final = regex.compile(
    rf"""(?xi) (?:
        (?: (?: (?<= [.!?…"”’)\]] ) | \A ) \s* | \s*(?={_OPEN}) | \s+(?=/) ) {_OPEN}? \s* /? \s*
            {_KIND} \s* [=:：/] \s* [^.!?=]{{1,40}} {_CLOSE}?
      | \s* {_OPEN} [^()\[\]【】<>〈〉［］（）.]{{1,20}} \s 제공 {_CLOSE} ) \s* \Z"""
)
_ARROWS: Final = regex.compile(r"\A[\s▲△▼▽◀▶☞■□●○◆◇※*·•\-]+(?=\S)")
_CLOCK: Final = regex.compile(
    rf"(?i)[\s|·,\[(]*(?:{_DATE}[\s,]*)?(?:{_TIME}|(?:오전|오후)?\s?\d{{1,2}}시(?:\s?\d{{1,2}}분)?)[\s|·,\])]*"
)
_CAPTION: Final = regex.compile(r"\A\s*[▲△▼▽◀▶]")
_COPYRIGHT: Final = regex.compile(
    r"""(?xi) \s* [<\[(【〈]? \s* (?:
        (?: (?:저작권자|copyrights?) \s? [(（]?\s?[ⓒ©c] | [ⓒ©] | copyrights?\ \d{4} | \(c\)\s?\d{4} ) .{0,200}
      | (?: (?<= [.!?]\s ) | \A ) [^.!?]{0,80} 무단\s?(?:전재|복제) \s? (?:및|[·ㆍ,\-/&])? \s? 재?배포 .{0,80}
      | All\ rights\ reserved \W* ) \Z"""
)
#: When a press release may be told: "<2026. 11. 10. 배포 즉시 보도 가능>".
_RELEASE: Final = regex.compile(
    rf"(?i)[<\[(【〈\s]*(?:(?:{_MOMENT}[\s,]*)?(?:배포[\s,]*)?(?:즉시|이후|부터)\s?(?:보도|배포|사용)\s?(?:가능|바랍니다|요망)?"
    r"|for immediate release)[>\])】〉\s.:]*"
)
_ENDING: Final = regex.compile(
    r"""(?xi) (?: \s* [(<\[【] \s? (?: 끝|계속|(?:the\ )?end|more ) \s? [)>\]】] | (?:\A|\s+) -\ ?(?:끝|end|more)\ ?-
    | (?: (?<= [.!?…”"] ) | \A ) \s*
          (?: (?:기사|전문|본문|내용)\s?(?:더|계속|전체|바로)? | 더|계속|전체|자세히|바로 ) \s? (?:보기|읽기) [\s>»→]*
    | \s* The\ post\ .{1,200}\ (?:appeared\ first|first\ appeared)\ on\ .{1,80}
    | (?: (?<= [.!?…”"] ) | \A ) \s* (?: [◎☎] .{0,120} | \d{4}[.\-/]\d{1,2}[.\-/]\d{1,2}\.? )
    | (?: \s+ \#[\p{L}\p{N}_]+ ){2,} \s* ) \Z"""
)
_SCRIPT: Final = regex.compile(
    r"\s*[\[<【◀〈]\s?(?:앵커|기자|리포트|앵커\s?멘트|기자\s?멘트|아나운서|현장\s?연결|리포터)\s?[\]>】▶〉]\s*"
)
_TAGS: Final = regex.compile(
    r"""(?xi) \s* (?: (?: \#\s?[\p{L}\p{N}_]+ [\s,·|]* )+ | (?:태그|키워드|tags?|keywords?) \s* [:：] .{0,300}
    | [\p{L}\p{N}]{1,15} (?: \s?[,·|/]\s? [\p{L}\p{N}]{1,15} ){2,40} )"""
)
_BRACKET: Final = re.compile(r"[\[<【◀〈]\s?[앵기리아현]")
#: What is taken off an end, and what stands in every form of it: without that, the rule need not be tried at each
#: character.
_BEHIND: Final = (
    (re.compile(r"[ⓒ©]|저작권자|무단|copyright|\(c\)|all rights", re.IGNORECASE), _COPYRIGHT),
    (re.compile(r"[#◎☎]|끝|계속|end|more|보기|읽기|the post|\d\.?\s*\Z", re.IGNORECASE), _ENDING),
    (re.compile(r"사진|그래픽|이미지|영상|일러스트|출처|제공|photo|image|credit", re.IGNORECASE), _CREDITED),
)
_TAIL: Final = 400  # characters of an end that are looked at; no furniture is longer


def cleared(text: str) -> str:
    """A paragraph on one line, without what stands around it; "" where it was nothing else."""
    text = (_SCRIPT.sub(" ", text) if _BRACKET.search(text) else text).strip()
    if _RELEASE.fullmatch(text[:_TAIL]):
        return ""
    for pattern in (_SHARE_BAR, _STAMP, _CREDIT):
        if found := pattern.match(text):
            text = text[found.end() :]
    tail = text[-_TAIL:]
    kept = tail
    for hint, pattern in _BEHIND:
        if hint.search(kept):
            kept = pattern.sub("", kept, count=1)
    return (text[: len(text) - len(tail)] + kept).strip()


def is_caption(text: str) -> bool:
    """Whether a paragraph tells of a picture: it begins with an arrow, or begins or ends with a credit."""
    return bool(_CAPTION.match(text) or _CREDIT.match(text) or _CREDITED.search(text[-_TAIL:]))


def is_bar(text: str) -> bool:
    """Whether a line is the words of buttons."""
    return len(_SHARE_WORD.findall(text[:_TAIL])) > 1


def is_tags(text: str) -> bool:
    """Whether a line is a list of tags."""
    return bool(_TAGS.fullmatch(text[:_TAIL]))


def is_time(text: str) -> bool:
    """Whether a line is nothing but a time, as above an entry of a page that is written on."""
    return bool(_CLOCK.fullmatch(text[:_TAIL]))


def without_arrow(text: str) -> str:
    """A caption or an item without the sign before it."""
    return _ARROWS.sub("", text)
