"""The parameters of an address that count readers instead of naming a page: taken off on the way in (`stripped`), and,
where an account asks for it, our own put on on the way out (`with_parameters`).

Whatever else an address holds stays to the byte: some sites sign theirs.
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, unquote

#: Names of parameters that count readers; a trailing ``*`` stands for any ending. Only names that mean nothing else on
#: any site: ``ref``, ``source``, ``from`` and ``si`` may tell pages apart, so they stay.
TRACKING: Final = (
    # campaigns: Google Analytics, Matomo, AT Internet, BBC, HubSpot, Eloqua-like mailers
    *(
        "utm_*",
        "_ga",
        "_gl",
        "_gac",
        "mtm_*",
        "matomo_*",
        "pk_*",
        "piwik_*",
        "xtor",
        "at_medium",
        "at_campaign",
        "at_custom*",
    ),
    *(
        "_hsenc",
        "_hsmi",
        "__hstc",
        "__hssc",
        "__hsfp",
        "hsctatracking",
        "hsa_*",
        "mkt_tok",
        "mc_cid",
        "mc_eid",
        "mc_tc",
    ),
    *(
        "oly_anon_id",
        "oly_enc_id",
        "vero_id",
        "vero_conv",
        "ck_subscriber_id",
        "s_kwcid",
        "ef_id",
        "wickedid",
        "_openstat",
    ),
    # clicks: Google, Microsoft, Meta, X, TikTok, Instagram, LinkedIn, Pinterest, Yandex, Snapchat, Branch, Impact
    *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid", "msclkid", "ocid"),
    *(
        "fbclid",
        "fb_action_ids",
        "fb_action_types",
        "fb_source",
        "fb_ref",
        "fb_comment_id",
        "igshid",
        "igsh",
        "li_fat_id",
    ),
    *("twclid", "ref_src", "ref_url", "__twitter_impression", "ttclid", "epik", "yclid", "ysclid", "ymclid", "sccid"),
    *("_branch_match_id", "_branch_referrer", "irclickid", "rb_clickid", "cmpid", "ncid", "smid", "smtyp", "sr_share"),
    # Naver's and Daum's search adverts
    *("napm", "n_media", "n_query", "n_rank", "n_ad", "n_ad_group", "n_ad_group_type", "n_campaign_type", "n_keyword"),
    *("n_keyword_id", "n_match", "dmkw", "dmskw", "dmcol"),
    # AMP's viewer
    *("amp_gsa", "amp_js_v", "amp_tf", "ampshare", "aoh", "usqp"),
)
_VIEWER: Final = frozenset({"amp_tf", "ampshare", "aoh"})  # where one stands, the whole fragment is the viewer's state
_SAFE: Final = "!$'()*,;:@/?-._~%"  # what RFC 3986 lets stand in a name or value; "+" there would be read as a space
_STRAY_PERCENT: Final = re.compile("%(?![0-9A-Fa-f]{2})")
_WEB: Final = re.compile("https?://", re.IGNORECASE)


def stripped(url: str, names: Sequence[str] = TRACKING) -> str:
    """The address without the named parameters in its query and fragment; the very same where it has none.

    A name is exact or ends in ``*``; case does not matter.
    """
    address, hash_sign, fragment = url.partition("#")
    page, mark, query = address.partition("?")
    kept = _kept(query, names)
    route, inner_mark, inner = fragment.rpartition("?")
    left = "" if _is_viewer_state(inner) else _kept(inner, names)
    return _joined(_joined(page, mark, query, kept), hash_sign, fragment, _joined(route, inner_mark, inner, left))


def tracks(pair: str, names: Sequence[str] = TRACKING) -> bool:
    """Whether a query's ``name=value`` is one of the names'."""
    name = _name(pair).casefold()
    return any(
        name.startswith(pattern[:-1].casefold()) if pattern.endswith("*") else name == pattern.casefold()
        for pattern in names
    )


def with_parameters(url: str, query: str) -> str:
    """The web address with the pairs of ``query`` ("utm_source=telegram&utm_medium=social") behind its own.

    What stands there under the same name stays as it is. Names and values may be plain or percent-encoded.
    """
    if not _WEB.match(url):
        return url
    address, hash_sign, fragment = url.partition("#")
    _, _, own = address.partition("?")
    there = set(map(_name, own.split("&")))
    for pair in query.split("&"):
        if pair and _name(pair) not in there:
            there.add(_name(pair))
            address += _glue(address) + _encoded(pair)
    return address + hash_sign + fragment


def _kept(query: str, names: Sequence[str]) -> str:
    return "&".join(pair for pair in query.split("&") if not tracks(pair, names))


def _joined(before: str, mark: str, whole: str, kept: str) -> str:
    """What stood before a mark, with what was kept behind it; the mark goes when all that stood behind it went."""
    return before + mark + kept if kept or not whole else before


def _is_viewer_state(fragment: str) -> bool:
    return any(_name(pair) in _VIEWER for pair in fragment.split("&"))


def _name(pair: str) -> str:
    return unquote(pair.partition("=")[0].removeprefix("amp;"))  # "&amp;", escaped once too often


def _glue(address: str) -> str:
    if "?" not in address:
        return "?"
    return "" if address.endswith(("?", "&")) else "&"


def _encoded(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return _quoted(name) + equals + _quoted(value)


def _quoted(text: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", text), safe=_SAFE, errors="replace")
