"""JSON Feed 1.0 and 1.1."""

from tests.sources.corpus.made import AT, AT_8601, BODY, LEAD, LINK, PICTURE, TEXT, case, json_feed, told

OLD = {"version": "https://jsonfeed.org/version/1"}

CASES = (
    case("json feed 1.1", json_feed(), told()),
    case("json feed 1.0", json_feed(OLD), told()),
    case("json feed of http", json_feed({"version": "http://jsonfeed.org/version/1"}), told()),
    case("json feed without items", json_feed().partition('"items"')[0] + '"items": []}'),
    case("plain content", json_feed(content_html=None, content_text="서울\n\n부산 <b>"), told(text="서울\n부산 <b>")),
    case("both contents", json_feed(content_text="다른 글"), told()),
    case("a summary", json_feed(summary=LEAD), told(summary=LEAD)),
    case("a summary alone", json_feed(content_html=None, summary=LEAD), told(summary=LEAD, text=LEAD)),
    case("a number for an id", json_feed(id=2026), told(id="2026")),
    case("a fraction for an id", json_feed(id=1.5), told(id="1.5")),
    case("no id", json_feed(id=None), told(id=LINK)),
    case("an empty id", json_feed(id=" "), told(id=LINK)),
    case("no url", json_feed(url=None), told(link="")),
    case(
        "an external url alone",
        json_feed(url=None, external_url="https://wire.test/1"),
        told(link="https://wire.test/1"),
    ),
    case("both urls", json_feed(external_url="https://wire.test/1"), told()),
    case("a relative url", json_feed(url="bus/"), told()),
    case("no title", json_feed(title=None), told(title="")),
    case("a title of null", json_feed(title=None).replace('"url"', '"title": null, "url"'), told(title="")),
    case("an image", json_feed(image=PICTURE), told(picture=PICTURE)),
    case("a banner", json_feed(banner_image=PICTURE), told(picture=PICTURE)),
    case(
        "an image and a banner",
        json_feed(image=PICTURE, banner_image="https://paper.test/wide.jpg"),
        told(picture=PICTURE),
    ),
    case(
        "a picture among the attachments",
        json_feed(
            attachments=[
                {"url": "/a.mp3", "mime_type": "audio/mpeg"},
                {"url": PICTURE, "mime_type": "image/jpeg", "size_in_bytes": 3},
            ]
        ),
        told(picture=PICTURE),
    ),
    case("a picture in the body", json_feed(content_html=f'<img src="/img/bus.jpg">{BODY}'), told(picture=PICTURE)),
    case(
        "an image before one in the body",
        json_feed(image=PICTURE, content_html=f'<img src="/x.jpg">{BODY}'),
        told(picture=PICTURE),
    ),
    case("tags", json_feed(tags=["지역", "교통", 3, "지역"]), told(categories=("지역", "교통"))),
    case("tags that are a text", json_feed(tags="지역"), told()),
    case("an author of 1.0", json_feed(OLD, author={"name": "김기자", "url": "https://k.test"}), told(author="김기자")),
    case("authors of 1.1", json_feed(authors=[{"name": "김기자"}, {"name": "이기자"}]), told(author="김기자, 이기자")),
    case("the feed's authors", json_feed({"authors": [{"name": "신문사"}]}), told(author="신문사")),
    case(
        "its own author before the feed's",
        json_feed({"authors": [{"name": "신문사"}]}, authors=[{"name": "김기자"}]),
        told(author="김기자"),
    ),
    case(
        "both ways of saying the author",
        json_feed(author={"name": "김기자"}, authors=[{"name": "김기자"}]),
        told(author="김기자"),
    ),
    case("a language", json_feed(language="en"), told(language="en")),
    case("the feed's language", json_feed({"language": "ko"}), told(language="ko")),
    case("a date of an edit", json_feed(date_modified=AT_8601), told(updated=AT)),
    case("an edit alone", json_feed(date_published=None, date_modified=AT_8601), told(updated=AT)),
    case("an absurd date", json_feed(date_published="0001-01-01T00:00:00Z"), told(published=None)),
    case("a date of seconds", json_feed(date_published=1795327500), told()),
    case("items that are none", json_feed().replace('"items": [', '"items": [null, 7, "x", '), told()),
    case(
        "nulls everywhere",
        json_feed(summary=None).replace('"title": "신문"', '"title": null, "authors": null, "language": null'),
        told(),
    ),
    case("escapes", json_feed(title="속보").replace("속보", "\\uc18d\\ubcf4"), told(title="속보")),
    case("half of a pair", json_feed(title="속X").replace("속X", "속\\ud83d"), told(title="속\ud83d")),
    case("truncated", json_feed()[:-9], error="broken JSON"),
    case("json that is an error", '{"message": "rate limited"}', error="no JSON Feed"),
    case("json that is a list", "[1]", error="no JSON Feed"),
    case("another version", json_feed({"version": "https://jsonfeed.org/version/2"}), error="no JSON Feed"),
    case("a body of lines", json_feed(content_html=BODY.replace("><", ">\n<")), told(text=TEXT)),
)
