"""The fast path says what feedparser says, but for the documents of the corpus that give a reason why it doesn't.

``SOKBO_EXAMPLES=2500`` is the long form.
"""

import os
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.model import Entry
from bot.sources import xmlfeed
from bot.sources.charset import text_of_bytes
from bot.sources.item import Item, entry_of
from bot.sources.lenient import items_of_feedparser
from bot.sources.tree import owns_entities
from bot.sources.xmlfeed import items_of_strict, items_of_xml
from tests.sources.corpus import CASES
from tests.sources.corpus.made import (
    AT_822,
    AT_8601,
    BODY,
    ID,
    LINK,
    PICTURE,
    TITLE,
    URL,
    Case,
    atom,
    channel,
    escaped,
    rdf,
    rss,
    rss_item,
)

SEOUL = ZoneInfo("Asia/Seoul")
EXAMPLES = int(os.environ.get("SOKBO_EXAMPLES", "50"))


def entries_of(items: Sequence[Item] | None) -> list[Entry]:
    return [entry_of(item, URL, SEOUL) for item in items or ()]


def xml_of(case: Case) -> str:
    """The text of a case in XML, "" if it is none, or no feed."""
    try:
        text = text_of_bytes(case.body, case.header).lstrip("\ufeff \t\r\n")
    except SourceError:
        return ""
    return "" if text[:1] in {"", "{", "["} or "urlset" in text[:400] or "sitemapindex" in text else text


def test_most_documents_need_no_feedparser() -> None:
    xml = {case.name: text for case in CASES if (text := xml_of(case))}
    left = [name for name, text in xml.items() if owns_entities(text) or items_of_strict(text, URL) is None]
    print(f"of {len(xml)} documents in XML, {len(xml) - len(left)} are read strictly, {len(left)} by feedparser")
    assert all(name.startswith(("broken", "RDF: rdf that is no feed")) for name in left), left


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_both_paths_give_the_same_entries(case: Case) -> None:
    text = xml_of(case)
    items = items_of_strict(text, URL) if text and not owns_entities(text) else None
    if items is None:
        return  # it has one path only
    fast, slow = entries_of(items), entries_of(items_of_feedparser(text, URL))
    if case.differs:
        assert fast != slow, f"nothing differs any more: {case.differs}"
    else:
        assert fast == slow


# ── Feeds that hypothesis makes ─────────────────────────────────────────────────────────────────────────────────────

WORDS = st.text(alphabet=st.sampled_from("가나다라 속보 버스AaZz019<>&'\"/;#.,!…“”·-\n🚌é"), max_size=24)
MARKED = st.builds(
    "<{0}>{1}</{0}>{2}".format, st.sampled_from(("p", "b", "div", "blockquote")), WORDS.map(escaped), WORDS.map(escaped)
)
PATHS = st.sampled_from(
    ("", "/", "a", "/a/b.html", "?id=1", "https://b.test/x", "//c.test/y", "tag:b.test,2026:1", "속보/1")
)


def wrapped(text: str) -> st.SearchStrategy[str]:
    """A text as feeds write it into XML: escaped, or in CDATA."""
    cdata = f"<![CDATA[{text.replace(']]>', '')}]]>"
    return st.sampled_from((escaped(text), cdata))


TEXTS = WORDS.flatmap(wrapped)
HTMLS = (WORDS | MARKED).flatmap(wrapped)
DATES = st.sampled_from((AT_822, AT_8601, "2026.11.22 15:05", "", "soon", "0000-00-00"))


def piece(form: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A piece of a document, or none."""
    return st.just("") | st.builds(form.format, *parts)


def put_together(*pieces: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*pieces).flatmap(st.permutations).map("".join)


IN_RSS = put_together(
    piece("<title>{}</title>", HTMLS),
    piece('<guid isPermaLink="{}">{}</guid>', st.sampled_from(("true", "false")), PATHS.map(escaped)),
    piece("<link>{}</link>", PATHS.filter(bool).map(escaped)),
    piece("<description>{}</description>", HTMLS),
    piece("<content:encoded>{}</content:encoded>", HTMLS),
    piece("<category>{}</category>", TEXTS),
    piece("<dc:creator>{}</dc:creator>", st.sampled_from(("김기자", "desk@paper.test", "Kim (desk@paper.test)"))),
    piece("<pubDate>{}</pubDate>", DATES),
    piece('<media:thumbnail url="{}"/>', PATHS),
    piece('<enclosure url="{}" type="{}"/>', PATHS, st.sampled_from(("image/png", "audio/mpeg", ""))),
).map("<item>{}</item>".format)
KINDS = st.sampled_from(("text", "html", "text/html"))
IN_ATOM = put_together(
    st.builds('<title type="{}">{}</title>'.format, KINDS, HTMLS),
    st.builds("<id>{}</id>".format, PATHS.filter(bool).map(escaped)),
    piece('<link href="{}"/>', PATHS.filter(bool)),
    piece(
        '<link rel="{}" href="{}"/>', st.sampled_from(("self", "edit", "alternate", "enclosure")), PATHS.filter(bool)
    ),
    piece('<summary type="{}">{}</summary>', KINDS, HTMLS),
    piece('<content type="{}">{}</content>', KINDS, HTMLS),
    piece('<category term="{}"/>', WORDS.map(lambda text: escaped(text).replace('"', "&quot;"))),
    piece("<author><name>{}</name></author>", TEXTS.filter(lambda text: "@" not in text)),
    piece("<published>{}</published>", DATES),
    piece("<updated>{}</updated>", DATES),
).map("<entry>{}</entry>".format)


@settings(max_examples=EXAMPLES, deadline=None)
@given(items=st.lists(IN_RSS, max_size=3))
@example(items=[rss_item()])
def test_both_paths_read_the_same_in_rss_that_nobody_wrote(items: list[str]) -> None:
    document = channel("".join(items))
    fast = items_of_strict(document, URL)
    assert fast is not None
    assert entries_of(fast) == entries_of(items_of_feedparser(document, URL))


@given(
    entries=st.lists(IN_ATOM, max_size=3), base=st.sampled_from(("", ' xml:base="https://d.test/e/"', ' xml:lang="ko"'))
)
def test_both_paths_read_the_same_in_atom_that_nobody_wrote(entries: list[str], base: str) -> None:
    document = f'<feed xmlns="http://www.w3.org/2005/Atom"{base}>{"".join(entries)}</feed>'
    fast = items_of_strict(document, URL)
    assert fast is not None
    assert entries_of(fast) == entries_of(items_of_feedparser(document, URL))


# ── What the fast path must not do ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("document", [rss(), atom(), rdf()])
def test_what_is_in_order_never_reaches_feedparser(document: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmlfeed, "items_of_feedparser", lambda *_: pytest.fail("feedparser was asked"))
    assert len(items_of_xml(document, URL)) == 1
    assert len(items_of_xml(document.replace(TITLE, "R&D&nbsp;\x0b"), URL)) == 1, "nor what can be put in order"


def test_nothing_behind_an_error_loses_its_escapes() -> None:
    """lxml in recovery drops every later &lt; and &amp; (PERFORMANCE.md section 1, "Traps found")."""
    document = rss(title="<title>R&D</title>", description=f"<description>{escaped(BODY)} &amp;amp;</description>")
    (item,) = items_of_xml(document, URL)
    assert item.summary.value == f"{BODY} &amp;"


def test_no_entity_is_read_from_a_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    """feedparser#107 opened files that a DOCTYPE named."""
    secret = tmp_path_factory.mktemp("secret") / "key"
    secret.write_text("hunter2", encoding="utf-8")
    for doctype in (
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>',
        f'<!DOCTYPE rss SYSTEM "{secret.as_uri()}">',
    ):
        items = items_of_xml(doctype + rss(title="<title>&x;</title>"), URL)
        assert all("hunter2" not in repr(item) for item in items)


def test_an_item_says_the_same_of_itself_in_every_process() -> None:
    """Its mark is kept in the store: it must not depend on what Python hashes with."""
    item = Item(id=ID, link=LINK, pictures=(PICTURE,))
    assert item.mark.hex() == Item(id=ID, link=LINK, pictures=(PICTURE,)).mark.hex()
    assert len({item.mark, Item(id=ID).mark, Item(link=ID).mark}) == 3
    assert len(item.mark) == 16, "128 bits: a collision would lose a story (FAILURES.md section 1)"
