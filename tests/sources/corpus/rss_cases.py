"""RSS 0.91 to 2.0, with Dublin Core, content:encoded and Atom in it."""

from tests.sources.corpus.made import (
    AT_822,
    BODY,
    ID,
    LEAD,
    LINK,
    RSS,
    TEXT,
    TITLE,
    URL,
    case,
    channel,
    escaped,
    of_rss,
    rss,
    rss_item,
    told,
)

LONG = "긴 제목 " * 400
OLD = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "https://dtd.test/rss-0.91.dtd">'
DATED = f'<dc:date xmlns:dc="http://purl.org/dc/elements/1.1/">{AT_822}</dc:date>'
OTHER = "https://paper.test/news/train/"

CASES = (
    case("rss 2.0", rss(), of_rss()),
    case("rss 0.91", rss(root='<rss version="0.91">'), of_rss()),
    case("rss 0.91 of Netscape", OLD + rss(root='<rss version="0.91">'), of_rss()),
    case("rss 0.92", rss(root='<rss version="0.92">'), of_rss()),
    case("rss 0.93", rss(root='<rss version="0.93">'), of_rss()),
    case("rss 0.94", rss(root='<rss version="0.94">'), of_rss()),
    case("rss of no version", rss(root="<rss>"), of_rss()),
    case("rss in capitals", rss(root="<RSS>").replace("</rss>", "</RSS>"), of_rss()),
    case("rss in a namespace of its own", rss(root='<rss xmlns="http://backend.userland.com/rss2">'), of_rss()),
    case("rss in a namespace that nobody knows", rss(root='<rss xmlns="https://paper.test/ns">'), of_rss()),
    case("items beside the channel", f"{RSS}<channel><title>신문</title></channel>{rss_item()}</rss>", of_rss()),
    case("items without a channel", f"{RSS}{rss_item()}</rss>", of_rss()),
    case("a channel without items", channel("")),
    case(
        "two items",
        channel(rss_item() + rss_item(guid="<guid isPermaLink='false'>2</guid>", link=f"<link>{OTHER}</link>")),
        of_rss(),
        of_rss(id="2", link=OTHER),
    ),
    # ── guid and link
    case("no guid", rss(guid=""), of_rss(id=LINK)),
    case("an empty guid", rss(guid="<guid/>"), of_rss(id=LINK)),
    case("a guid that is the link", rss(guid=f"<guid>{LINK}</guid>"), of_rss(id=LINK)),
    case("a guid instead of the link", rss(guid=f"<guid>{LINK}</guid>", link=""), of_rss(id=LINK)),
    case(
        "a guid instead of an empty link",
        rss(guid=f"<guid>{LINK}</guid>", link="<link/>"),
        of_rss(id=LINK),
        differs="to feedparser an empty link is a link",
    ),
    case("a relative guid that is a link", rss(guid="<guid>/news/bus/</guid>", link=""), of_rss(id=LINK)),
    case("a guid that says it is no link", rss(link=""), of_rss(link="")),
    case("isPermaLink in small letters", rss(guid=f'<guid ispermalink="false">{ID}</guid>', link=""), of_rss(link="")),
    case("a number for a guid", rss(guid='<guid isPermaLink="false">20261122</guid>'), of_rss(id="20261122")),
    case(
        "space around guid and link",
        rss(guid=f"<guid isPermaLink='false'>\n {ID}\n</guid>", link=f"<link>\n{LINK} </link>"),
        of_rss(),
    ),
    case("the link in CDATA", rss(link=f"<link><![CDATA[{LINK}]]></link>"), of_rss()),
    case("a relative link", rss(link="<link>bus/</link>"), of_rss()),
    case("a link from the root", rss(link="<link>/news/bus/</link>"), of_rss()),
    case("a link without a scheme", rss(link="<link>//paper.test/news/bus/</link>"), of_rss()),
    case(
        "xml:base on the channel",
        channel(rss_item(link="<link>bus/</link>")).replace("<channel>", '<channel xml:base="https://paper.test/kr/">'),
        of_rss(link="https://paper.test/kr/bus/"),
    ),
    case(
        "a link in Hangul",
        rss(link="<link>https://paper.test/뉴스/심야</link>"),
        of_rss(link="https://paper.test/%EB%89%B4%EC%8A%A4/%EC%8B%AC%EC%95%BC"),
    ),
    case(
        "a link with a query",
        rss(link="<link>https://paper.test/v?a=1&amp;b=2</link>"),
        of_rss(link="https://paper.test/v?a=1&b=2"),
    ),
    case(
        "a link escaped twice",
        rss(link="<link>https://paper.test/v?a=1&amp;amp;b=2</link>"),
        of_rss(link="https://paper.test/v?a=1&b=2"),
    ),
    case("a script for a link", rss(link="<link>javascript:alert(1)</link>"), of_rss(link="")),
    case("a link that is none", rss(link="<link>//[paper</link>"), of_rss(link="")),
    case("no link and no guid", rss(link="", guid=""), of_rss(link="", id="sha256")),
    case("atom:link in place of the link", rss(link=f'<atom:link href="{LINK}"/>'), of_rss()),
    case(
        "atom:link to itself", rss(about=f'<atom:link rel="self" type="application/rss+xml" href="{URL}"/>'), of_rss()
    ),
    case("atom:link to the replies", rss(x=f'<atom:link rel="replies" href="{OTHER}"/>'), of_rss()),
    # ── titles
    case("no title", rss(title=""), of_rss(title="")),
    case("an empty title", rss(title="<title></title>"), of_rss(title="")),
    case("a title in CDATA", rss(title=f"<title><![CDATA[{TITLE}]]></title>"), of_rss()),
    case(
        "a title in CDATA and out of it", rss(title="<title>심야<![CDATA[버스 노선]]> 14개로 늘린다</title>"), of_rss()
    ),
    case("a title with a tag", rss(title="<title>&lt;b&gt;심야버스&lt;/b&gt; 노선 14개로 늘린다</title>"), of_rss()),
    case(
        "a title with a tag in CDATA",
        rss(title="<title><![CDATA[<b>심야버스</b> 노선 14개로 늘린다]]></title>"),
        of_rss(),
    ),
    case("a title with elements", rss(title="<title><b>심야버스</b> 노선 14개로 늘린다</title>"), of_rss()),
    case(
        "a title with what looks like a tag",
        rss(title="<title>서울시 &lt;심야버스&gt; 확대</title>"),
        of_rss(title="서울시 <심야버스> 확대"),
    ),
    case("a title with less than", rss(title="<title>물가 &lt; 3%</title>"), of_rss(title="물가 < 3%")),
    case("a title with &", rss(title="<title>R&amp;D 예산</title>"), of_rss(title="R&D 예산")),
    case(
        "a title escaped twice",
        rss(title="<title>R&amp;amp;D 예산 &amp;#8216;삭감&amp;#8217;</title>"),
        of_rss(title="R&D 예산 ‘삭감’"),
    ),
    case(
        "a title with quotes of HTML",
        rss(title="<title>&amp;quot;버스&amp;quot; &amp;hellip;</title>"),
        of_rss(title='"버스" …'),
    ),
    case("a title over several lines", rss(title="<title>\n  심야버스 노선\n  14개로 늘린다\n</title>"), of_rss()),
    case("a very long title", rss(title=f"<title>{LONG}</title>"), of_rss(title=LONG.strip())),
    case("dc:title in place of the title", rss(title=f"<dc:title>{TITLE}</dc:title>"), of_rss()),
    case("dc:title behind the title", rss(x="<dc:title>다른 제목</dc:title>"), of_rss()),
    case("a title with an emoji", rss(title="<title>🚌 심야버스</title>"), of_rss(title="🚌 심야버스")),
    case(
        "a title with a no-break space", rss(title="<title>심야버스&#160;노선</title>"), of_rss(title="심야버스 노선")
    ),
    # ── texts
    case("no description", rss(description=""), of_rss(summary="", text="")),
    case("an empty description", rss(description="<description/>"), of_rss(summary="", text="")),
    case("a description in CDATA", rss(description=f"<description><![CDATA[{BODY}]]></description>"), of_rss()),
    case("a description of elements", rss(description=f"<description>{BODY}</description>"), of_rss()),
    case("a plain description", rss(description=f"<description>{LEAD}</description>"), of_rss(summary=LEAD, text=LEAD)),
    case(
        "content beside the description",
        rss(
            x=f"<content:encoded><![CDATA[{BODY}]]></content:encoded>", description=f"<description>{LEAD}</description>"
        ),
        told(summary=LEAD),
    ),
    case(
        "content before the description",
        rss(
            title=f"<content:encoded>{escaped(BODY)}</content:encoded><title>{TITLE}</title>",
            description=f"<description>{LEAD}</description>",
        ),
        told(summary=LEAD),
    ),
    case(
        "content instead of the description",
        rss(description=f"<content:encoded>{escaped(BODY)}</content:encoded>"),
        told(),
    ),
    case("an empty content", rss(x="<content:encoded></content:encoded>"), of_rss()),
    case(
        "dc:description", rss(description=f"<dc:description>{LEAD}</dc:description>"), of_rss(summary=LEAD, text=LEAD)
    ),
    case(
        "both descriptions",
        rss(description=f"<description>{LEAD}</description><dc:description>다른 요약</dc:description>"),
        of_rss(summary=LEAD, text=LEAD),
        differs="to feedparser the second summary is the body",
    ),
    case(
        "a body of XHTML",
        rss(
            description=f"<description>{LEAD}</description>",
            x=f'<body xmlns="http://www.w3.org/1999/xhtml">{BODY}</body>',
        ),
        told(summary=LEAD),
    ),
    case(
        "a body escaped twice",
        rss(description="<description>&amp;lt;p&amp;gt;서울&amp;lt;/p&amp;gt;</description>"),
        of_rss(summary="<p>서울</p>", text="<p>서울</p>"),
    ),
    case(
        "&nbsp; in the markup",
        rss(description="<description>서울&amp;nbsp;부산&lt;br&gt;대구</description>"),
        of_rss(summary="서울 부산\n대구", text="서울 부산\n대구"),
    ),
    case(
        "script and style in the body",
        rss(description=f"<description><![CDATA[<style>p{{}}</style><script>x()</script>{BODY}]]></description>"),
        of_rss(),
    ),
    case(
        "CDATA in CDATA",
        rss(description="<description><![CDATA[<p>서울 <![CDATA[부산]]]]>&gt; 대구</description>"),
        of_rss(summary="서울 대구", text="서울 대구"),
    ),
    case(
        "a relative picture in the body",
        rss(description='<description>&lt;img src="a.jpg"&gt;글</description>'),
        of_rss(summary="글", text="글", picture="https://paper.test/news/bus/a.jpg"),
    ),
    case(
        "a relative picture from the root",
        rss(description='<description>&lt;img src="/a.jpg"&gt;글</description>'),
        of_rss(summary="글", text="글", picture="https://paper.test/a.jpg"),
    ),
    case(
        "a relative picture on an xml:base",
        rss(
            root=RSS.replace(">", ' xml:base="https://cdn.test/x/">'),
            description='<description>&lt;img src="a.jpg"&gt;글</description>',
        ),
        of_rss(summary="글", text="글", picture="https://cdn.test/x/a.jpg"),
    ),
    # ── the rest
    case(
        "categories",
        rss(x='<category>지역</category><category domain="d"> 교통 </category><category/><category>지역</category>'),
        of_rss(categories=("지역", "교통")),
    ),
    case("dc:subject", rss(x="<dc:subject>지역</dc:subject>"), of_rss(categories=("지역",))),
    case("a category with &", rss(x="<category>R&amp;D</category>"), of_rss(categories=("R&D",))),
    case("an author's address and name", rss(x="<author>desk@paper.test (김기자)</author>"), of_rss(author="김기자")),
    case(
        "an author's name and address",
        rss(x="<author>김기자 &lt;desk@paper.test&gt;</author>"),
        of_rss(author="김기자"),
    ),
    case("an author's address", rss(x="<author>desk@paper.test</author>"), of_rss(author="desk@paper.test")),
    case("dc:creator", rss(x="<dc:creator><![CDATA[김기자]]></dc:creator>"), of_rss(author="김기자")),
    case(
        "two creators",
        rss(x="<dc:creator>김기자</dc:creator><dc:creator>이기자</dc:creator>"),
        of_rss(author="김기자, 이기자"),
    ),
    case("the channel's language", rss(about="<language>ko-KR</language>"), of_rss(language="ko-KR")),
    case("the channel's dc:language", rss(about="<dc:language>ko</dc:language>"), of_rss(language="ko")),
    case(
        "the item's dc:language",
        rss(about="<language>ko</language>", x="<dc:language>en</dc:language>"),
        of_rss(language="en"),
    ),
    case("xml:lang on the root", rss(root=RSS.replace(">", ' xml:lang="ko_KR">')), of_rss(language="ko-KR")),
    case("the source of an item", rss(x='<source url="https://wire.test/rss">통신</source>'), of_rss()),
    case(
        "an image of the channel",
        rss(about="<image><url>https://paper.test/l.png</url><title>로고</title></image>"),
        of_rss(),
    ),
    case("pubDate in small letters", rss(date=f"<pubdate>{AT_822}</pubdate>"), of_rss()),
    case("no date", rss(date=""), of_rss(published=None)),
    case(
        "dc:date in place of pubDate", rss(root='<rss version="2.0">', date=DATED), of_rss(updated=of_rss().published)
    ),
    case(
        "dcterms",
        rss(
            root=RSS.replace(">", ' xmlns:dcterms="http://purl.org/dc/terms/">'),
            date=f"<dcterms:issued>{AT_822}</dcterms:issued><dcterms:modified>{AT_822}</dcterms:modified>",
        ),
        of_rss(updated=of_rss().published),
    ),
    case(
        "elements that nobody knows",
        rss(x='<naver:tag xmlns:naver="urn:naver"><title>속</title></naver:tag><foo bar="1">x</foo>'),
        of_rss(),
    ),
    case("a comment within the text", rss(title="<title>심야버스 <!-- 확인 -->노선 14개로 늘린다</title>"), of_rss()),
    case("a processing instruction", '<?xml-stylesheet href="a.xsl"?>' + rss(), of_rss()),
    case(
        "a body of two languages",
        rss(description=f'<description xml:lang="en">{LEAD}</description>'),
        of_rss(summary=LEAD, text=LEAD, language="en"),
    ),
    case("the summary is the body", rss(description=f"<description>{escaped(BODY)}</description>"), of_rss(text=TEXT)),
)
