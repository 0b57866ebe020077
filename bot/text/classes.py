"""What the names in a class or id attribute mean. Editors and themes differ, but name the same things alike: a share
bar is called one, whoever built it. A few editors' own names stand beside the common words.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final


class Sense(StrEnum):
    """What an element is, told by its names."""

    HIDDEN = "hidden"  #: for screen readers alone
    NOISE = "noise"  #: the editor's own machinery, never the story
    SUSPECT = "suspect"  #: the page around the story, by its name; not if it holds most of the text
    CAPTION = "caption"  #: explains a picture
    SPOILER = "spoiler"
    CODE = "code"  #: preformatted, although no <pre>
    HEADING = "heading"  #: a heading, although no <h3>
    INLINE = "inline"  #: a block in name only: its neighbour goes on with the same sentence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TOKENS: Final = {
    Sense.HIDDEN: _words("""
        sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only assistive-text blind screen_out
        a11y-hidden a11y_hidden
    """),
    Sense.NOISE: _words("""
        adsbygoogle adsense sharedaddy jp-relatedposts feedflare addtoany_share_save_container addtoany_content
        another_category revenue_unit_wrap btn-toggle-moreless more-link read-more readmore
        wp-block-archives wp-block-categories wp-block-file__button wp-block-latest-comments wp-block-latest-posts
        wp-block-query wp-block-search wp-block-social-links wp-block-tag-cloud
        kg-bookmark-icon kg-cta-card kg-signup-card kg-audio-player kg-video-overlay kg-video-player-container
        ke:emoticon se-documenttitle se_documenttitle se-map-image se-sticker se_sticker
        mixtapeimage progressivemedia-thumbnail
        footnote-backref footnote-back-link reversefootnote header-anchor headerlink anchorjs-link mw-editsection
        hljs-ln-numbers line-numbers-rows lineno linenos rouge-gutter
    """),
    Sense.CAPTION: _words("cap1 img_desc imagecaption se-caption se_caption wp-caption-text"),
    Sense.SPOILER: _words("bbcodeinlinespoiler md-spoiler-text spoiled spoiler spoiler-text tg-spoiler"),
    Sense.CODE: _words("__se_code_view"),
    Sense.HEADING: _words("se-sectiontitle se_sectiontitle"),
    Sense.INLINE: _words("kg-callout-emoji kg-callout-text"),
}
_AROUND: Final = _words("""
    ad ads adarea adbox adsense advert advertisement advertising adverts adwrap banner breadcrumb breadcrumbs byline
    comments copyright dable gutter hashtags journalist lwptoc navigation newsletter outbrain pagination promo promotion
    recommend recommendation recommended relate related relatednews relatedposts relation reporter share shares sharing
    sns social sponsor sponsored subscribe subscription taboola taglist tags toc
""")
_WITHIN: Final = _words("blockquote caption content embed instagram quote tweet twitter")
_NEGATING: Final = ("no-", "has-", "with-", "is-", "without-", "hide-")
_PICTURES: Final = _words("image images img photo pic picture")
_EXPLAINING: Final = _words("cap desc description explain txt")
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@lru_cache(maxsize=4096)
def senses(classes: str, name: str = "", kind: str = "") -> frozenset[Sense]:
    """What the class attribute ``classes``, the id ``name`` and Tistory's ``kind`` say of their element."""
    tokens = [*classes.split(), *name.split(), f"ke:{kind}"]
    lowered = {token.lower() for token in tokens}
    found = {sense for sense, known in _TOKENS.items() if lowered & known}
    words = {word.lower() for token in tokens if not token.startswith(_NEGATING) for word in _WORD.findall(token)}
    if words & _AROUND and not words & _WITHIN:
        found.add(Sense.SUSPECT)
    if "caption" in words or (words & _PICTURES and words & _EXPLAINING):
        found.add(Sense.CAPTION)
    return frozenset(found)
