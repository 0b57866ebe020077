"""Atom 1.0 and 0.3."""

import base64

from tests.sources.corpus.made import (
    AT,
    AT_8601,
    ATOM,
    BODY,
    ID,
    LEAD,
    LINK,
    TITLE,
    atom,
    case,
    escaped,
    told,
)

OLD = '<feed version="0.3" xmlns="http://purl.org/atom/ns#">'
XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
PREFIXED = BODY.replace("<", "<h:").replace("<h:/", "</h:")
SUMMARY = f"<summary>{LEAD}</summary>"

CASES = (
    case("atom 1.0", atom(), told()),
    case("atom without a namespace", atom(root="<feed>"), told()),
    case(
        "atom with a prefix",
        atom(root='<a:feed xmlns:a="http://www.w3.org/2005/Atom">')
        .replace("<", "<a:")
        .replace("<a:a:", "<a:")
        .replace("<a:/", "</a:"),
        told(),
    ),
    case("atom without entries", f"{ATOM}<title>신문</title></feed>"),
    case(
        "atom 0.3",
        atom(
            root=OLD,
            content=f'<content type="text/html" mode="escaped">{escaped(BODY)}</content>',
            date=f"<issued>{AT_8601}</issued><modified>{AT_8601}</modified>",
        ),
        told(updated=AT),
    ),
    case(
        "atom 0.3 in XML",
        atom(root=OLD, content=f'<content type="application/xhtml+xml" mode="xml">{XHTML.format(BODY)}</content>'),
        told(),
    ),
    case(
        "atom 0.3 in base64",
        atom(
            root=OLD,
            content=f'<content type="text/html" mode="base64">{base64.b64encode(BODY.encode()).decode()}</content>',
        ),
        told(),
    ),
    case(
        "atom 0.3 in broken base64",
        atom(root=OLD, content='<content type="text/html" mode="base64">=x</content>'),
        told(text=""),
        differs="feedparser shows what it cannot decode",
    ),
    # ── links
    case("rel=alternate", atom(link=f'<link rel="alternate" type="text/html" href="{LINK}"/>'), told()),
    case(
        "links of every kind",
        atom(
            link='<link rel="replies" type="text/html" href="/r"/>'
            f'<link rel="edit" href="/e"/><link rel="self" href="/s"/>'
            f'<link rel="alternate" type="text/html" href="{LINK}"/>'
            '<link rel="related" href="/o"/>'
        ),
        told(),
    ),
    case(
        "an alternate that is no page",
        atom(link=f'<link href="{LINK}"/><link type="application/pdf" href="/a.pdf"/>'),
        told(),
    ),
    case("no link, the id is one", atom(link="", id=f"<id>{LINK}</id>"), told(id=LINK)),
    case("no link, the id is none", atom(link=""), told(link="")),
    case("an id that is a uuid", atom(id="<id>urn:uuid:1225c695</id>"), told(id="urn:uuid:1225c695")),
    case("no id", atom(id=""), told(id=LINK)),
    case("a relative link", atom(link='<link href="bus/"/>'), told()),
    case(
        "a relative link on an xml:base",
        atom(root=ATOM.replace(">", ' xml:base="https://paper.test/kr/">'), link='<link href="bus/"/>'),
        told(link="https://paper.test/kr/bus/"),
    ),
    case(
        "an xml:base on an xml:base",
        atom(
            root=ATOM.replace(">", ' xml:base="https://paper.test/kr/">'),
            entry='<entry xml:base="2026/">',
            link='<link href="bus/"/>',
        ),
        told(link="https://paper.test/kr/2026/bus/"),
    ),
    case(
        "an xml:base that is none",
        atom(root=ATOM.replace(">", ' xml:base="javascript:x">'), link='<link href="bus/"/>'),
        told(),
    ),
    case(
        "a link to nowhere", atom(link='<link href=""/>'), told(link=""), differs="to feedparser it leads to the feed"
    ),
    case("a link of text", atom(link=f"<link>{LINK}</link>"), told()),
    # ── texts
    case("a plain title", atom(title='<title type="text">물가 &lt;b&gt; 3%</title>'), told(title="물가 <b> 3%")),
    case(
        "a title that only looks like HTML",
        atom(title="<title>&lt;b&gt;물가&lt;/b&gt;</title>"),
        told(title="<b>물가</b>"),
    ),
    case(
        "a title of HTML",
        atom(title='<title type="html">&lt;b&gt;심야버스&lt;/b&gt; R&amp;amp;D</title>'),
        told(title="심야버스 R&D"),
    ),
    case(
        "a title of XHTML",
        atom(title=f'<title type="xhtml">{XHTML.format("<b>심야</b>버스")}</title>'),
        told(title="심야버스"),
    ),
    case(
        "a title by its media type",
        atom(title='<title type="text/html">&lt;i&gt;심야&lt;/i&gt;</title>'),
        told(title="심야"),
    ),
    case("a summary", atom(summary=SUMMARY), told(summary=LEAD)),
    case(
        "a summary of HTML",
        atom(summary=f'<summary type="html">&lt;p&gt;{LEAD}&lt;/p&gt;</summary>'),
        told(summary=LEAD),
    ),
    case("a summary alone", atom(content="", summary=SUMMARY), told(summary=LEAD, text=LEAD)),
    case("content of XHTML", atom(content=f'<content type="xhtml">{XHTML.format(BODY)}</content>'), told()),
    case(
        "content of XHTML with a prefix",
        atom(
            content=f'<content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml">{PREFIXED}</h:div></content>'
        ),
        told(),
    ),
    case(
        "content of XHTML with breaks",
        atom(content=f'<content type="xhtml">{XHTML.format("<p>서울<br/>부산</p>")}</content>'),
        told(text="서울\n부산"),
    ),
    case(
        "content of XHTML with entities",
        atom(content=f'<content type="xhtml">{XHTML.format("<p>물가 &lt; 3% &amp; 환율</p>")}</content>'),
        told(text="물가 < 3% & 환율"),
    ),
    case(
        "content of two XHTML divisions",
        atom(
            content='<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">서울</div>'
            '<div xmlns="http://www.w3.org/1999/xhtml">부산</div></content>'
        ),
        told(text="서울\n부산"),
    ),
    case("plain content", atom(content="<content>서울\n부산\n\n대구</content>"), told(text="서울\n부산\n대구")),
    case("content of CDATA", atom(content=f'<content type="html"><![CDATA[{BODY}]]></content>'), told()),
    case(
        "content elsewhere",
        atom(content='<content type="text/html" src="/a.html"/>', summary=SUMMARY),
        told(summary=LEAD, text=LEAD),
    ),
    case(
        "content that is a picture",
        atom(content='<content type="image/png">AAAA</content>', summary=SUMMARY),
        told(summary=LEAD, text=LEAD),
        differs="feedparser decodes it and shows the bytes",
    ),
    case(
        "a relative picture stands on the feed",
        atom(content='<content type="html">&lt;img src="a.jpg"&gt;글</content>'),
        told(text="글", picture="https://paper.test/news/a.jpg"),
    ),
    case(
        "a relative picture on an xml:base",
        atom(content='<content type="html" xml:base="https://cdn.test/x/">&lt;img src="a.jpg"&gt;글</content>'),
        told(text="글", picture="https://cdn.test/x/a.jpg"),
    ),
    # ── the rest
    case("updated alone", atom(date=f"<updated>{AT_8601}</updated>"), told(updated=AT)),
    case(
        "both dates",
        atom(date=f"<published>{AT_8601}</published><updated>2026-11-22T16:05:00+09:00</updated>"),
        told(updated=AT.replace(hour=7)),
    ),
    case(
        "categories",
        atom(x='<category term="지역" label="지역 소식"/><category term="교통" scheme="s"/><category label="없음"/>'),
        told(categories=("지역", "교통")),
    ),
    case(
        "an author",
        atom(x="<author><name>김기자</name><email>k@paper.test</email><uri>https://k.test</uri></author>"),
        told(author="김기자"),
    ),
    case(
        "two authors",
        atom(x="<author><name>김기자</name></author><author><name>이기자</name></author>"),
        told(author="김기자, 이기자"),
    ),
    case("an author's address", atom(x="<author><email>k@paper.test</email></author>"), told(author="k@paper.test")),
    case("the feed's author", atom(about="<author><name>신문사</name></author>"), told()),
    case("a language", atom(root=ATOM.replace(">", ' xml:lang="ko">')), told(language="ko")),
    case(
        "a language of its own",
        atom(root=ATOM.replace(">", ' xml:lang="ko">'), entry='<entry xml:lang="en">'),
        told(language="en"),
    ),
    case(
        "an entry from elsewhere",
        atom(
            x="<source><title>통신</title><id>tag:wire</id><link href='https://wire.test/'/>"
            "<updated>2020-01-01T00:00:00Z</updated></source>"
        ),
        told(),
    ),
    case("a title over two lines", atom(title="<title>심야버스\n   노선 14개로 늘린다</title>"), told(title=TITLE)),
    case(
        "an entry of nothing", f"{ATOM}<entry/></feed>", told(id="sha256", link="", title="", text="", published=None)
    ),
    case("the id repeated", atom(id=f"<id>{ID}</id><id>{ID}</id>"), told()),
)
