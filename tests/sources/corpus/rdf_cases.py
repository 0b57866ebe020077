"""RSS 1.0, 0.90 and 1.1: RDF."""

from tests.sources.corpus.made import BODY, ID, LEAD, LINK, RDF, case, escaped, of_rdf, of_rss, rdf, told

NETSCAPE = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
)
ORDER = f'<items><rdf:Seq><rdf:li rdf:resource="{ID}"/></rdf:Seq></items>'

CASES = (
    case("rss 1.0", rdf(), of_rdf()),
    case("rss 1.0 with an order", rdf(about=ORDER), of_rdf()),
    case(
        "rss 0.90",
        rdf(root=NETSCAPE, item="<item>", description="", date=""),
        of_rss(id=LINK, summary="", text="", published=None),
    ),
    case("an item about its link", rdf(item=f'<item rdf:about="{LINK}">'), of_rdf(id=LINK)),
    case("an item about nothing", rdf(item="<item>"), of_rdf(id=LINK)),
    case(
        "content:encoded",
        rdf(description=f"<description>{LEAD}</description><content:encoded>{escaped(BODY)}</content:encoded>"),
        of_rdf(summary=LEAD),
    ),
    case(
        "content:encoded alone",
        rdf(description=f"<content:encoded>{escaped(BODY)}</content:encoded>"),
        of_rdf(summary=""),
    ),
    case("a subject", rdf(x="<dc:subject>지역</dc:subject>"), of_rdf(categories=("지역",))),
    case("a creator", rdf(x="<dc:creator>김기자</dc:creator>"), of_rdf(author="김기자")),
    case("a language", rdf(about="<dc:language>ja</dc:language>"), of_rdf(language="ja")),
    case("xml:lang on the root", rdf(root=RDF.replace(">", ' xml:lang="ja">')), of_rdf(language="ja")),
    case("a title with a tag", rdf(title="<title>&lt;b&gt;심야&lt;/b&gt;</title>"), of_rdf(title="심야")),
    case(
        "an image and a text input",
        rdf().replace(
            "</rdf:RDF>",
            "<image><title>로고</title><url>https://paper.test/l.png</url></image>"
            "<textinput><title>찾기</title></textinput></rdf:RDF>",
        ),
        of_rdf(),
    ),
    case(
        "rdf that is no feed",
        f'{RDF.split(" xmlns=")[0]}><rdf:Description rdf:about="x"/></rdf:RDF>',
        error="neither RSS",
    ),
    case("no date", rdf(date=""), told(summary=of_rdf().summary, published=None)),
    case("a date without a zone", rdf(date="<dc:date>2026-11-22T15:05:00</dc:date>"), of_rdf()),
)
