"""Sentences that tell a reader nothing but to do something: read, look, subscribe, come along.

Told by structure, not by taste: a polite imperative whose verb is about reading or joining, and no figure in it. A
warning is never one: in an alert about a flood, "대피하세요" is the news.
"""

from typing import Final

import regex

_IMPERATIVE: Final = regex.compile(
    r"""(?x)
    (?: 확인 | 알아\s?[보봐두] | 살펴 | 만나\s?[보봐] | 만나세요 | 주목 | 기대 | 클릭 | 구독 | 동참 | 함께 | 놓치지
      | 읽어 | 방문 | 시청 | 경험 | 체험 | 공유 | 둘러\s?[보봐] | 지켜\s?[보봐] | 즐겨\s?보 | 즐기 | 눌러 | 팔로우
      | 들러 | 응원 | 찾아\s?보 )
    [^.!?…]{0,14}?
    (?: 세요 | 십시오 | 바랍니다 | 바라요 | 보시죠 | 보죠 | 봐요 | 합시다 | 봅시다 | 하자 | 보자 | 부탁드립니다 )
    [\s.!~…♡♥^"'”’)]* \Z
    """
)
_INVITATION: Final = regex.compile(
    r"""(?xi) \W* (?:
        read\ (?:more|on|the\ (?:full|whole|rest)) | (?:please\ )?click\ (?:here|below|on|the|to)\b
      | tap\ (?:here|the) | find\ out | learn\ more
      | see\ more | don['’]?t\ miss | do\ not\ miss | subscribe | sign\ up | follow\ us | join\ us | stay\ tuned
      | check\ (?:it\ )?out | discover\ (?:how|why|what|more) | continue\ reading | watch\ now | share\ this
      | visit\ (?:us|our) | for\ more\b | to\ (?:learn|read)\ more\b
    ) [^.!?]* [\s.!…→»>]* \Z
    """
)
#: Words of danger; where one stands, nothing is an advert.
_DANGER: Final = regex.compile(
    "대피|자제|주의|유의|삼가|조심|경보|특보|재난|지진|태풍|호우|폭우|홍수|폭설|산불|위험|긴급|감염"
    "|evacuat|warning|shelter|danger|avoid|emergency",
    regex.IGNORECASE,
)
_FIGURE: Final = regex.compile(r"\d")


def only_tells_to_act(sentence: str) -> bool:
    """Whether the sentence is nothing but a call to read, join or buy."""
    if _FIGURE.search(sentence) or _DANGER.search(sentence):
        return False
    return bool(_IMPERATIVE.search(sentence[-120:]) or _INVITATION.match(sentence))


def warns(text: str) -> bool:
    """Whether the text is about danger."""
    return bool(_DANGER.search(text))
