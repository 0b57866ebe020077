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
#: Thanks for reading, and what else is said to whoever has read to the end; figures make no news of it.
_PARTING: Final = regex.compile(
    r"""(?xi) \W* (?:
        [^.!?]{0,30}(?: 시청|청취|구독|읽어|봐|들어 )\s?해?\s?주(?:셔서|신) [^.!?]{0,12} (?: 감사|고맙 ) [^.!?]{0,10}
      | thank(?:s|\ you)\ for\ (?:reading|watching|listening) [^.!?]{0,40}
      | if\ you\ (?:liked|enjoyed|like|love|loved)\ (?:this|what|our)\b [^.!?]{0,40},\ (?:please\ )?
        (?:follow|subscribe|share|support|sign\ up|join|consider|tell|clap|leave) [^.!?]{0,160}
    ) [\s.!~…♡♥]* \Z
    """
)
#: What a button says, in a line of nothing else.
_BUTTON: Final = regex.compile(
    r"""(?xi) \W* (?:
        [^.!?]{0,20}? (?: 구독|팔로우|회원\s?가입|로그인|후원|알림\s?(?:받기|설정)|앱\s?(?:다운로드|내려받기|설치) )
        (?: \s?(?:하기|신청|신청하기|하러\s?가기) )?
      | (?: subscribe|sign\ (?:up|in)|log\ in|follow\ (?:us|me)|join\ (?:us|now)|donate|become\ a\ member
          | (?:get|download)\ (?:the|our)\ app ) [^.!?]{0,40}
    ) \W* \Z
    """
)
#: Words of danger; where one stands, nothing is an advert.
_DANGER: Final = regex.compile(
    "대피|자제|주의|유의|삼가|조심|경보|특보|재난|지진|태풍|호우|폭우|홍수|폭설|산불|위험|긴급|감염"
    "|evacuat|warning|shelter|danger|avoid|emergency",
    regex.IGNORECASE,
)
_LONGEST_BUTTON: Final = 60  # characters
_FIGURE: Final = regex.compile(r"\d")


def only_tells_to_act(sentence: str) -> bool:
    """Whether the sentence is nothing but a call to read, join or buy, or the thanks for it."""
    if _PARTING.match(sentence):
        return True
    if _FIGURE.search(sentence) or _DANGER.search(sentence):
        return False
    return bool(_IMPERATIVE.search(sentence[-120:]) or _INVITATION.match(sentence))


def is_button(text: str) -> bool:
    """Whether a line is what stands on a button that makes readers of passers-by."""
    return len(text) <= _LONGEST_BUTTON and bool(_BUTTON.match(text))


def warns(text: str) -> bool:
    """Whether the text is about danger."""
    return bool(_DANGER.search(text))
