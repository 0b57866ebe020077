"""How X weighs a text: Latin 1, Hangul 2, an emoji 2 however many characters it has, an address 23.

X publishes its counting as twitter-text, configuration 3 (PLATFORMS.md a). The count here equals that of npm's
twitter-text 3.1.0, with the emoji that it knows, those of 2018: a later one weighs as much as its parts. It is more,
never less, for letters alone that Unicode composes only since version 16 (of Gurung Khema, Kirat Rai and Tulu): Python
3.11's tables are of version 14, so that they weigh as much as their parts.

    text ─NFC▶ normal form ─▶ addresses (`bot.text.x_addresses`)   23 each
                           └▶ what stands between them              emoji 2, light characters 1, all others 2
"""

import re
import unicodedata
from typing import Final

from bot.text.x_addresses import addresses, halved, joined

LONGEST_EMOJI: Final = 14  #: UTF-16 code units: the flag of England
URL_WEIGHT: Final = 23  #: ``transformedURLLength`` of configuration 3

#: The flags of 2018, by their two letters.
_FLAGS: Final = """
    ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz
    ca cc cd cf cg ch ci ck cl cm cn co cp cr cu cv cw cx cy cz de dg dj dk dm do dz ea ec ee eg eh er es et eu fi fj
    fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu ic id ie il im in io iq ir
    is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm
    mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt
    pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz ta tc td tf tg th tj tk tl
    tm tn to tr tt tv tw tz ua ug um un us uy uz va vc ve vg vi vn vu wf ws xk ye yt za zm zw
"""
#: a to z as regional indicators, two of which make a flag.
_REGIONAL: Final = {ord("a") + number: 0x1F1E6 + number for number in range(26)}
_SKIN: Final = "[\U0001f3fb-\U0001f3ff]"

#: Symbols that U+FE0F makes an emoji of, as the emoji of 2018 have them.
_SYMBOLS: Final = """
    ©®™♟🀄🅰🅱🅾🅿🈂🈚🈯🈷🌡🌤-🌬🌶🍽🎖🎗🎙-🎛🎞🎟🏍🏎🏔-🏟🏳🏵🏷🐿👁📽🕉🕊🕯🕰🕳🕶-🕹🖇🖊-🖍🖥🖨🖱🖲🖼🗂-🗄🗑-🗓🗜-🗞🗡🗣🗨🗯🗳🗺
    🛋🛍-🛏🛠-🛥🛩🛰🛳‼⁉ℹ↔-↙↩↪⌚⌛⌨⏏⏭-⏯⏱⏲⏸-⏺Ⓜ▪▫▶◀◻-◾☀-☄☎☑☔☕☘☠☢☣☦☪☮☯☸-☺♀♂♈-♓♠♣♥♦♨♻♿⚒-⚗⚙⚛⚜⚠⚡⚪⚫⚰⚱⚽⚾⛄⛅⛈⛏⛑⛓⛔⛩⛪
    ⛰-⛵⛸⛺⛽✂✈✉✏✒✔✖✝✡✳✴❄❇❗❣❤➡⤴⤵⬅-⬇⬛⬜⭐⭕〰〽㊗㊙
"""
#: Those that take a skin tone: some after U+FE0F, most at once.
_BODIES: Final = "🏋🏌🕴🕵🖐☝⛷⛹✌✍"
_PEOPLE: Final = """
    🎅🏂-🏄🏇🏊👂👃👆-👐👦-👩👮👰-👸👼💁-💃💅-💇💪🕺🖕🖖🙅-🙇🙋-🙏🚣🚴-🚶🛀🛌🤘-🤜🤞🤟🤦🤰-🤹🤽🤾🦵🦶🦸🦹🧑-🧝✊✋
"""
_SEXED: Final = "🏃🏄🏊👮👱👳👷💁💂💆💇🙅-🙇🙋🙍🙎🚣🚴-🚶🤦🤵🤷-🤹🤽🤾🦸🦹🧖-🧝"

#: Emoji of more than one character; one alone weighs 2 anyway.
_EMOJI: Final = re.compile(
    rf"""(?x) (?= [\#*0-9©®\u203C-\u3299\U0001F000-\U0001FAFF] ) (?:
      [👨👩] {_SKIN}? \u200D (?: [⚕⚖✈] \uFE0F | [🌾🍳🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦰-🦳] )
    | (?: [⛹🏋🏌🕴🕵] (?: {_SKIN} | \uFE0F ) | [{_SEXED}] {_SKIN}? ) \u200D [♀♂] \uFE0F
    | [👯🤼🧞🧟] \u200D [♀♂] \uFE0F
    | (?: 👩\u200D❤\uFE0F\u200D (?: 💋\u200D )? [👨👩] | 👨\u200D❤\uFE0F\u200D (?: 💋\u200D )? 👨 )
    | (?: 👨\u200D [👨👩] | 👩\u200D👩 | [👨👩] ) \u200D (?: 👧\u200D[👦👧] | 👦\u200D👦 | [👦👧] )
    | 👁\u200D🗨 | 🏳\uFE0F\u200D🌈 | 🏴\u200D☠\uFE0F
    | 🏴 \U000E0067\U000E0062 (?: \U000E0065\U000E006E\U000E0067 | \U000E0073\U000E0063\U000E0074
                                | \U000E0077\U000E006C\U000E0073 ) \U000E007F
    | {"|".join(_FLAGS.split()).translate(_REGIONAL)}
    | [\#*0-9] \uFE0F? \u20E3
    | [{"".join(_SYMBOLS.split())}] \uFE0F
    | [{_BODIES}] (?: \uFE0F {_SKIN}? | {_SKIN} ) | [{_PEOPLE.strip()}] {_SKIN}
    )"""
)
#: The ranges of configuration 3 whose characters weigh 1.
_LIGHT: Final = re.compile("[\x00-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]+")


def weigh(text: str) -> int:
    """The weight of a text as X counts it (see above); linear in its length."""
    text = unicodedata.normalize("NFC", text)
    if "." not in text:
        return _characters(text)
    units, total, read = halved(text), 0, 0
    for start, end in addresses(units):
        total += _characters(joined(units[read:start])) + URL_WEIGHT
        read = _whole(units, start, end)
        total += _singly(joined(units[end:read]))
    return total + _characters(joined(units[read:]))


def _characters(text: str) -> int:
    if text.isascii():
        return len(text)
    rest, emoji = _EMOJI.subn("", text)
    return _singly(rest) + 2 * emoji


def _singly(text: str) -> int:
    """The weight of characters that no emoji is made of."""
    return 2 * len(text) - sum(map(len, _LIGHT.findall(text)))


def _whole(units: str, start: int, end: int) -> int:
    """Where an address ends, or the emoji that its measured length stops in the middle of."""
    if units[start:end].isascii():
        return end
    text, read = joined(units[start : end + LONGEST_EMOJI]), 0
    for emoji in _EMOJI.finditer(text):
        start += len(halved(text[read : emoji.start()]))
        if start >= end:
            break
        start, read = start + len(halved(emoji[0])), emoji.end()
        if start > end:
            return start
    return end
