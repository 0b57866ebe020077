"""News sitemaps, and sitemaps that are none."""

from tests.sources.corpus.made import AT, AT_8601, LINK, PICTURE, SITEMAP, TITLE, case, of_sitemap, sitemap

IMAGE = f"<image:image><image:loc>{PICTURE}</image:loc></image:image>"
PLAIN = f"{SITEMAP}<url><loc>{LINK}</loc><lastmod>{AT_8601}</lastmod></url></urlset>"
INDEX = (
    '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://paper.test/news.xml</loc></sitemap>'
    "</sitemapindex>"
)

CASES = (
    case("a news sitemap", sitemap(), of_sitemap()),
    case("a news sitemap without pages", f"{SITEMAP}</urlset>"),
    case(
        "keywords",
        sitemap(x="<news:keywords>지역, 교통,지역,</news:keywords>"),
        of_sitemap(categories=("지역", "교통")),
    ),
    case("an image", sitemap(beside=IMAGE), of_sitemap(picture=PICTURE)),
    case("two images", sitemap(beside=IMAGE + IMAGE.replace("bus", "train")), of_sitemap(picture=PICTURE)),
    case("the date of an edit", sitemap(beside=f"<lastmod>{AT_8601}</lastmod>"), of_sitemap(updated=AT)),
    case("no date", sitemap(date=""), of_sitemap(published=None)),
    case(
        "a day for a date",
        sitemap(date="<news:publication_date>2026-11-22</news:publication_date>"),
        of_sitemap(published=AT.replace(hour=15, minute=0, day=21)),
    ),
    case("no publication", sitemap(publication=""), of_sitemap(language="")),
    case("a title in CDATA", sitemap(title=f"<news:title><![CDATA[{TITLE}]]></news:title>"), of_sitemap()),
    case("a title with &", sitemap(title="<news:title>R&amp;D</news:title>"), of_sitemap(title="R&D")),
    case(
        "a bare & in the address",
        sitemap().replace(LINK, f"{LINK}?a=1&b=2"),
        of_sitemap(id=f"{LINK}?a=1&b=2", link=f"{LINK}?a=1&b=2"),
    ),
    case("other prefixes", sitemap().replace("news:", "n:").replace("xmlns:news", "xmlns:n"), of_sitemap()),
    case(
        "an old namespace",
        sitemap().replace("http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.google.com/schemas/sitemap/0.84"),
        of_sitemap(),
    ),
    case(
        "pages that are no news",
        sitemap().replace("</urlset>", "<url><loc>https://paper.test/about/</loc></url></urlset>"),
        of_sitemap(),
    ),
    case("space around the address", sitemap().replace(LINK, f"\n  {LINK}\n "), of_sitemap()),
    case("a sitemap without headlines", PLAIN, error="has no headlines: look for its news sitemap"),
    case("a list of sitemaps", INDEX, error="name the one with its news, perhaps https://paper.test/news.xml"),
    case(
        "an empty list of sitemaps",
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>',
        error="name the one",
    ),
    case("a sitemap cut off", sitemap()[:-30], error="neither RSS"),
)
