"""Pictures, as feeds name them beside their texts: Media RSS, enclosures, podcasts."""

from tests.sources.corpus.made import ATOM, LEAD, PICTURE, RSS, atom, case, of_rss, rss, told

SMALL = "https://paper.test/img/small.jpg"
SOUND = '<enclosure url="https://paper.test/a.mp3" type="audio/mpeg" length="1"/>'
MEDIA = ATOM.replace(">", ' xmlns:media="http://search.yahoo.com/mrss/">')
PICTURED = of_rss(picture=PICTURE)

CASES = (
    case("an enclosure", rss(x=f'<enclosure url="{PICTURE}" type="image/jpeg" length="1"/>'), PICTURED),
    case("an enclosure of no type", rss(x=f'<enclosure url="{PICTURE}"/>'), PICTURED),
    case("an enclosure of sound", rss(x=SOUND), of_rss()),
    case("sound, then a picture", rss(x=f'{SOUND}<enclosure url="{PICTURE}" type="image/png"/>'), PICTURED),
    case("a relative enclosure", rss(x='<enclosure url="/img/bus.jpg" type="image/jpeg"/>'), PICTURED),
    case("an enclosure that is no address", rss(x='<enclosure url="http://[x.jpg"/>'), of_rss()),
    case("an empty enclosure", rss(x='<enclosure url="" type="image/jpeg"/>'), of_rss()),
    case(
        "an enclosure in Atom",
        atom(x=f'<link rel="enclosure" type="image/jpeg" href="{PICTURE}"/>'),
        told(picture=PICTURE),
    ),
    case(
        "a relative enclosure in Atom",
        atom(x='<link rel="enclosure" type="image/jpeg" href="../img/bus.jpg"/>'),
        told(picture=PICTURE),
    ),
    case("media:content", rss(x=f'<media:content url="{PICTURE}" medium="image"/>'), PICTURED),
    case("media:content by its type", rss(x=f'<media:content url="{PICTURE}" type="image/webp"/>'), PICTURED),
    case("media:content by its address", rss(x=f'<media:content url="{PICTURE}"/>'), PICTURED),
    case("media:content of a film", rss(x='<media:content url="https://paper.test/a.mp4" medium="video"/>'), of_rss()),
    case("media:content of no address", rss(x='<media:content medium="image"/>'), of_rss()),
    case("media:thumbnail", rss(x=f'<media:thumbnail url="{PICTURE}"/>'), PICTURED),
    case("media:thumbnail of text", rss(x=f"<media:thumbnail>{PICTURE}</media:thumbnail>"), PICTURED),
    case(
        "the picture before its thumbnail",
        rss(x=f'<media:thumbnail url="{SMALL}"/><media:content url="{PICTURE}" medium="image"/>'),
        PICTURED,
    ),
    case(
        "media:group",
        rss(
            x=f'<media:group><media:content url="{PICTURE}" medium="image"/>'
            f'<media:content url="{SMALL}" medium="image"/></media:group>'
        ),
        PICTURED,
    ),
    case("groups without end", rss(x="<media:group>" * 200 + "</media:group>" * 200), of_rss()),
    case(
        "a thumbnail in a film",
        rss(x=f'<media:content url="/a.mp4" medium="video"><media:thumbnail url="{PICTURE}"/></media:content>'),
        PICTURED,
    ),
    case(
        "media without its trailing slash",
        rss(root=RSS.replace("mrss/", "mrss"), x=f'<media:content url="{PICTURE}" medium="image"/>'),
        PICTURED,
    ),
    case("media in Atom", atom(root=MEDIA, x=f'<media:thumbnail url="{PICTURE}"/>'), told(picture=PICTURE)),
    case(
        "media:title beside the title",
        rss(x=f'<media:content url="{PICTURE}" medium="image"><media:title>사진</media:title></media:content>'),
        PICTURED,
    ),
    case(
        "media:title before the title",
        rss(guid="<media:title>사진</media:title><guid isPermaLink='false'>1</guid>"),
        of_rss(id="1"),
    ),
    case("media:title alone", rss(title="<media:title>심야버스</media:title>"), of_rss(title="심야버스")),
    case(
        "what a picture shows",
        rss(
            x=f'<media:content url="{PICTURE}" medium="image"><media:description>버스 사진</media:description>'
            "</media:content>"
        ),
        PICTURED,
        differs="to feedparser a picture's description is the body, or the summary",
    ),
    case(
        "what a picture shows, behind the body",
        rss(
            description=f"<description>{LEAD}</description>",
            x=f'<content:encoded>{LEAD}</content:encoded><media:content url="{PICTURE}" medium="image">'
            "<media:description>버스 사진</media:description></media:content>",
        ),
        of_rss(summary=LEAD, text=LEAD, picture=PICTURE),
        differs="to feedparser a picture's description is the body, or the summary",
    ),
    case(
        "media:description alone",
        rss(description="<media:description>버스 사진</media:description>"),
        of_rss(summary="버스 사진", text="버스 사진"),
    ),
    case(
        "media:credit and media:category",
        rss(x="<media:credit>김기자</media:credit><media:category>지역</media:category>"),
        of_rss(categories=("지역",)),
    ),
    case("media:keywords", rss(x="<media:keywords>지역, 교통</media:keywords>"), of_rss(categories=("지역", "교통"))),
    case(
        "a podcast's episode",
        rss(
            x=f'{SOUND}<itunes:image href="{PICTURE}"/><itunes:duration>10:00</itunes:duration>'
            "<itunes:author>김기자</itunes:author>"
        ),
        of_rss(picture=PICTURE, author="김기자"),
    ),
    case("a podcast's cover", rss(about=f'<itunes:image href="{PICTURE}"/>', x=SOUND), of_rss()),
    case(
        "a podcast's summary",
        rss(description=f"<itunes:summary>{LEAD}</itunes:summary>"),
        of_rss(summary=LEAD, text=LEAD),
    ),
    case(
        "a podcast's summary beside the description",
        rss(x=f"<itunes:summary>{LEAD}</itunes:summary>"),
        of_rss(),
        differs="to feedparser the second summary is the body",
    ),
    case(
        "a podcast's keywords",
        rss(x="<itunes:keywords>지역,교통</itunes:keywords>"),
        of_rss(categories=("지역", "교통")),
    ),
    case("a podcast's category", rss(x='<itunes:category text="뉴스"/>'), of_rss(categories=("뉴스",))),
    case(
        "an image of an item",
        rss(x=f"<image><url>{PICTURE}</url></image>"),
        PICTURED,
        differs="feedparser knows no images of items",
    ),
    case(
        "the picture of the body",
        rss(description=f'<description>&lt;img src="{PICTURE}"&gt;글</description>'),
        of_rss(summary="글", text="글", picture=PICTURE),
    ),
    case(
        "a picture that cannot be had",
        rss(x=f'<media:thumbnail url="data:image/png;base64,AA"/><enclosure url="{PICTURE}" type="image/jpeg"/>'),
        PICTURED,
    ),
)
