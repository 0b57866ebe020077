"""Who reported, from where: the dateline before a story and the signature behind it. Neither is part of what it tells.

(하늘=뉴스다오) ○○○ 기자 = 시가 노선을 늘린다.        시가 노선을 늘린다. ○○○ 기자 name@newsdao.kr
HANEUL, Nov 20 (Newsdao) - The city adds buses.   The city adds buses. (Reporting by A. Name; Editing by B. Name)
"""

import re
from typing import Final

import regex

_ROLE: Final = r"(?:(?:선임|전문|수습|인턴|객원|시민|명예|대|본)?기자|특파원|통신원|논설위원|리포터)"
_NAME: Final = r"[가-힣○△□◇×A-Za-z]{2,12}"
_NAMES: Final = rf"{_NAME}(?:(?:\s?[·ㆍ・,]\s?|\s){_NAME}){{0,4}}"
_REPORTER: Final = rf"{_NAMES}?\s?{_ROLE}"
_EMAIL: Final = r"[\w.+\-]{1,64}@[\w\-]{1,64}(?:\.[\w\-]{2,20}){1,3}"
_OPEN: Final = r"[(\[【<〈［（]"
_CLOSE: Final = r"[)\]】>〉］）]"
_INSIDE: Final = r"[^()\[\]【】<>〈〉［］（）]"
_PICTURE: Final = r"(?:자료|사진|그래픽|이미지|영상|출처|제공)"  # a credit, see `bot.text.furniture`
_OUTLET: Final = r"(?:뉴스|일보|신문|경제|방송|타임스|데일리|투데이|닷컴|미디어|저널|통신|프레스|TV)"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_ENGLISH_NAME: Final = r"[A-Z○][\w.'’\-○]*(?:\s[A-Z○][\w.'’\-○]*){0,3}"
_ENGLISH: Final = rf"""
    [A-Z][A-Z.'’\-]+(?:\ [A-Z][A-Z.'’\-]+){{0,3}} (?:,\ [A-Z][\w.\ ]{{1,25}}?)? (?:,\ {_MONTH}\ \d{{1,2}})?
    (?: \s*\([A-Z][\w\ .&]{{1,30}}\)\s*[-–—]{{1,2}}\s+ | \s[—–]\s(?=[“"A-Z]) )
"""

_DATELINE: Final = regex.compile(
    rf"""(?x) \A (?:
        {_OPEN} (?!\s*(?:{_PICTURE}|[$€£¥₩\d])) {_INSIDE}{{0,30}}? (?: =\s*{_INSIDE}{{1,30}} | {_ROLE}\s* ) {_CLOSE} \s*
            (?: (?: {_REPORTER} | {_NAMES} )? \s* = \s* )?
      | {_OPEN} {_INSIDE}{{0,12}} {_OUTLET} {_CLOSE} \s* (?: {_REPORTER} \s* =? \s* )?
      | (?: {_OPEN} {_INSIDE}{{1,12}} {_CLOSE} \s* | [가-힣]{{2,8}}\s?[=/]\s? )? {_REPORTER} \s* [=/|:] \s*
      | [가-힣]{{2,8}} = {_REPORTER} \s+
      | {_ENGLISH}
      | By\ {_ENGLISH_NAME} (?:\s(?:and|&)\s{_ENGLISH_NAME})? (?:\s*[|•,]\s*[\w\ ]{{1,40}}?)? \s+ (?={_ENGLISH})
    )"""
)
#: What people do for a story, in a line that says who did: "구성=○○○, 편집=○○○", "글·사진 ○○○ 기자".
_WORK: Final = (
    r"(?:글|사진|영상|취재|인터뷰|정리|구성|편집|촬영|제작|기획|연출|그래픽|디자인|일러스트|데이터|자막|번역|감수)"
)
_WORKS: Final = rf"{_WORK}(?:\s?[·ㆍ/&]\s?{_WORK}){{0,3}}"
_WORKER: Final = rf"(?:{_REPORTER}|[가-힣○△□◇×]{{2,4}}|[가-힣]{{1,8}}(?:부|팀|국|실))"
_WORKERS: Final = rf"{_WORKS}\s?[=:]\s?{_WORKER}(?:\s?[·ㆍ,]\s?{_WORKER}){{0,4}}"
_LINE: Final = regex.compile(
    rf"""(?x) \W* (?: {_REPORTER} (?:\s*[(\[]?\s*{_EMAIL}\s*[)\]]?)? | {_EMAIL}
      | {_WORKS}\s {_REPORTER} (?:[\W\uFE0F]*{_EMAIL})? | {_WORKERS} (?:\W{{1,3}}{_WORKERS}){{0,5}}
      | By\ {_ENGLISH_NAME} (?:\s(?:and|&)\s{_ENGLISH_NAME})? (?:\s*[|•,]\s*[\w.,|\ ]{{1,60}})? ) \W*"""
)
_SIGNATURE: Final = regex.compile(
    rf"""(?x) (?:
        (?: (?: (?<= [.!?…"”’)\]>] ) | \A ) \s* [/=|]? \s* | \s+ [/=|] \s* )
            (?: \d{{4}}[.\-/]\d{{1,2}}[.\-/]\d{{1,2}}\.? \s+ )?
            (?: {_OPEN} {_INSIDE}{{1,20}} = {_INSIDE}{{1,20}} {_CLOSE} \s* )?
            {_OPEN}? \s* (?: [가-힣]{{2,8}}\s?[=/]\s? )?
            (?: {_REPORTER} (?: \s* {_OPEN}? \s* {_EMAIL} )? | {_EMAIL} ) \s* {_CLOSE}{{0,2}} \s* \.?
      | \s+ {_REPORTER} \s* {_OPEN}? \s* {_EMAIL} \s* {_CLOSE}?
      | \s* \( (?:Additional\ )? (?:Reporting|Writing|Editing|Compiled) \ by\ [^()]{{1,200}} \)
    ) \Z"""
)
#: One of these stands in every signature; without it, the rule need not be tried at each of a line's characters.
_SIGNED: Final = re.compile(r"기자|특파원|통신원|논설위원|리포터|@| by ")
_TAIL: Final = 300  # characters of an end that are looked at; a signature is no longer


def unsigned(text: str) -> str:
    """A paragraph on one line, without its dateline and signature; "" where it was nothing else."""
    if _LINE.fullmatch(text[: _TAIL + 1]):
        return ""
    if dateline := _DATELINE.match(text):
        text = text[dateline.end() :]
    tail = text[-_TAIL:]
    return text[: len(text) - len(tail)] + _SIGNATURE.sub("", tail) if _SIGNED.search(tail) else text
