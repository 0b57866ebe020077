"""Documents that are not in order: what servers, editors and programs do to XML."""

from tests.sources.corpus.made import (
    ATOM,
    BODY,
    ID,
    LEAD,
    PICTURE,
    RSS,
    TITLE,
    atom,
    case,
    channel,
    escaped,
    of_rdf,
    of_rss,
    rdf,
    rss,
    rss_item,
    told,
)

BARE = RSS.partition(" xmlns")[0] + ">"  # <rss version="2.0">, which declares nothing
SECOND = rss_item(
    guid='<guid isPermaLink="false">2</guid>', link="<link>https://paper.test/2</link>", title="<title>둘째</title>"
)
TWO = channel(rss_item() + SECOND)
FIRST = of_rss()
DOCTYPE = '<!DOCTYPE rss [\n<!ENTITY paper "새소식">\n<!ENTITY nbsp "&#160;">\n]>'
PAGE = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"

CASES = (
    case("a bare & in a title", rss(title="<title>R&D 예산</title>"), of_rss(title="R&D 예산")),
    case(
        "a bare & in a link",
        rss(link="<link>https://paper.test/v?a=1&b=2</link>"),
        of_rss(link="https://paper.test/v?a=1&b=2"),
    ),
    case(
        "a bare & in an attribute",
        rss(x='<enclosure type="image/jpeg" url="https://paper.test/i?a=1&b=2"/>'),
        of_rss(picture="https://paper.test/i?a=1&b=2"),
    ),
    case("a bare & in Atom", atom(title="<title>R&D 예산</title>"), told(title="R&D 예산")),
    case("a bare & in RDF", rdf(title="<title>R&D 예산</title>"), of_rdf(title="R&D 예산")),
    case(
        "a bare & before escaped markup",
        rss(title="<title>R&D</title>", description=f"<description>{escaped(BODY)}</description>"),
        of_rss(title="R&D"),
    ),
    case("&nbsp; in a title", rss(title="<title>심야버스&nbsp;노선</title>"), of_rss(title="심야버스 노선")),
    case("&nbsp; in Atom", atom(title="<title>심야버스&nbsp;노선</title>"), told(title="심야버스 노선")),
    case("&hellip; and &middot;", rss(title="<title>서울&middot;부산&hellip;</title>"), of_rss(title="서울·부산…")),
    case("a name that means nothing", rss(title="<title>&서울; &foo;</title>"), of_rss(title="&서울; &foo;")),
    case("an & at the end", rss(title="<title>AT&</title>"), of_rss(title="AT&")),
    case("a number that is no character", rss(title="<title>심야&#11;버스&#x1f;</title>"), of_rss(title="심야버스")),
    case("a control character", rss(title="<title>심야\x0b버스\x00</title>"), of_rss(title="심야버스")),
    case(
        "control characters in the body",
        rss(description=f"<description>{escaped(BODY)}\x08\x1f</description>"),
        of_rss(),
    ),
    case("a form feed in CDATA", rss(description=f"<description><![CDATA[\x0c{BODY}]]></description>"), of_rss()),
    case("]]> in a text", rss(title="<title>가 ]]> 나</title>"), of_rss(title="가 ]]> 나")),
    case(
        "CDATA within CDATA",
        rss(title="<title><![CDATA[가 <![CDATA[나]]> 다]]></title>"),
        of_rss(title="가 <![CDATA[나 다]]>"),
    ),
    case("an & in CDATA", rss(title="<title><![CDATA[R&D]]> &nbsp;</title>"), of_rss(title="R&D")),
    case("a declaration behind empty lines", f'\n\n <?xml version="1.0" encoding="utf-8"?>{rss()}', FIRST),
    case("a mark in the middle", f'<?xml version="1.0"?>\ufeff{rss()}', FIRST),
    case("two marks", f"\ufeff\ufeff{rss()}", FIRST),
    case("version 1.1", f'<?xml version="1.1"?>{rss()}', FIRST),
    case(
        "a warning before the document",
        f"<br />\n<b>Warning</b>: mysql_connect() in /srv/a.php on line 3<br />\n{rss()}",
        FIRST,
    ),
    case("statistics behind the document", f"{rss()}\n<script>count()</script>", FIRST),
    case("a comment behind the document", f"{rss()}<!-- cached 12:00 -->", FIRST),
    case("the document twice", rss() + rss(), FIRST, FIRST),
    case(
        "a prefix that nobody declared",
        rss(root=BARE, x=f'<media:thumbnail url="{PICTURE}"/>'),
        of_rss(picture=PICTURE),
    ),
    case("an unknown prefix that nobody declared", rss(root=BARE, x="<naver:id>1</naver:id>"), FIRST),
    case(
        "content:encoded that nobody declared",
        rss(
            root=BARE,
            x=f"<content:encoded>{escaped(BODY)}</content:encoded>",
            description=f"<description>{LEAD}</description>",
        ),
        told(summary=LEAD),
    ),
    case(
        "an attribute's prefix that nobody declared", rss(root=BARE, x='<enclosure url="/a.mp3" paper:x="1"/>'), FIRST
    ),
    case(
        "another prefix for Dublin Core",
        rss(root='<rss xmlns:d="http://purl.org/dc/elements/1.1/">', x="<d:creator>김기자</d:creator>"),
        of_rss(author="김기자"),
    ),
    case(
        "a known prefix for another address",
        rss(root='<rss xmlns:dc="http://purl.org/dc/elements/1.0/">', x="<dc:creator>김기자</dc:creator>"),
        of_rss(author="김기자"),
    ),
    case(
        "media for another address",
        rss(root='<rss xmlns:media="https://paper.test/media">', x=f'<media:thumbnail url="{PICTURE}"/>'),
        of_rss(picture=PICTURE),
    ),
    case("an element that is never closed", rss(title=f"<title>{TITLE}</title><br>"), FIRST),
    case(
        "elements that cross",
        rss(description="<description><b>서울<i>부산</b>대구</i></description>"),
        of_rss(summary="서울부산대구", text="서울부산대구"),
    ),
    case("an attribute without quotes", rss(guid=f"<guid isPermaLink=false>{ID}</guid>"), FIRST),
    case("cut off within an item", TWO[: TWO.index("둘째")], FIRST),
    case("cut off within a tag", TWO[: TWO.index("둘째") - 3], FIRST),
    case("cut off between items", TWO[: TWO.index("</item>") + 7], error=""),
    case("cut off within Atom", atom()[:-20]),
    case(
        "entities of its own",
        DOCTYPE + rss(title="<title>&paper; 알림&nbsp;끝</title>"),
        of_rss(title="새소식 알림 끝"),
    ),
    case(
        "a DOCTYPE of HTML's entities",
        f'<!DOCTYPE rss SYSTEM "https://dtd.test/rss.dtd">{rss(title="<title>&eacute;té</title>")}',
        of_rss(title="été"),
    ),
    case("nothing", "", error="answered with nothing"),
    case("white space", " \r\n\t", error="answered with nothing"),
    case("a page of a proxy", PAGE, error="answered with an HTML page"),
    case("a page in XHTML", f'<?xml version="1.0"?>\n{PAGE}', error="answered with an HTML page"),
    case("a page behind a comment", f"<!-- x -->\n{PAGE}", error="answered with an HTML page"),
    case("a sentence", "Service Unavailable", error="neither RSS"),
    case("another XML", '<svg xmlns="http://www.w3.org/2000/svg"/>', error="neither RSS"),
    case(
        "a list of feeds",
        "<opml version='2.0'><body><outline xmlUrl='https://paper.test/'/></body></opml>",
        error="neither RSS",
    ),
    case(
        "a SOAP fault",
        "<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'><soap:Body/></soap:Envelope>",
        error="neither RSS",
    ),
    case(
        "one & in Atom's content",
        atom(root=ATOM, content=f'<content type="html">R&D {escaped(BODY)}</content>'),
        told(text="R&D\n서울시가 심야버스를 늘린다.\n다음 달부터 달린다."),
    ),
)
