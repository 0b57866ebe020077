"""Feeds in the shapes that publishing systems give them: all of their modules, and what their editors leave behind."""

import datetime as dt

from tests.sources.corpus.made import AT, PICTURE, case, escaped, of_rss, told

SEVEN = dt.datetime(2026, 11, 22, 7, 0, tzinfo=dt.UTC)

WORDPRESS = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"
  xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel>
  <title>마을신문</title>
  <atom:link href="https://village.test/feed/" rel="self" type="application/rss+xml" />
  <link>https://village.test</link>
  <lastBuildDate>Sun, 22 Nov 2026 07:00:00 +0000</lastBuildDate>
  <language>ko-KR</language>
  <sy:updatePeriod>hourly</sy:updatePeriod>
  <item>
    <title>도서관 새벽까지 &#8216;불 켠다&#8217;</title>
    <link>https://village.test/2026/11/library/</link>
    <comments>https://village.test/2026/11/library/#respond</comments>
    <dc:creator><![CDATA[편집부]]></dc:creator>
    <pubDate>Sun, 22 Nov 2026 06:05:00 +0000</pubDate>
    <category><![CDATA[생활]]></category><category><![CDATA[도서관]]></category>
    <guid isPermaLink="false">https://village.test/?p=77</guid>
    <description><![CDATA[<p>도서관이 새벽 두 시까지 문을 연다. [&#8230;]</p>]]></description>
    <content:encoded><![CDATA[<figure><img src="{PICTURE}" alt="서가"></figure>
<p>도서관이 새벽 두 시까지 문을 연다.</p>
<p>이용자는 하루 300명이다.</p>]]></content:encoded>
    <wfw:commentRss>https://village.test/2026/11/library/feed/</wfw:commentRss>
    <slash:comments>0</slash:comments>
  </item>
</channel></rss>"""

TISTORY = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel>
  <title>동네 소식</title><link>https://town.test/</link><language>ko</language>
  <pubDate>Sun, 22 Nov 2026 16:00:00 +0900</pubDate><generator>TISTORY</generator><ttl>100</ttl>
  <managingEditor>이웃</managingEditor>
  <item>
    <title>골목 시장 주차장 연다</title>
    <link>https://town.test/131</link>
    <description>{
    escaped(
        '<p data-ke-size="size16">시장 옆에 주차장이 생긴다.</p><p data-ke-size="size16">&nbsp;</p>'
        '<p data-ke-size="size16">모두 40대를 댄다.</p>'
    )
}</description>
    <category>시장</category><category>주차</category>
    <author>이웃</author>
    <guid isPermaLink="true">https://town.test/131</guid>
    <comments>https://town.test/131#entry131comment</comments>
    <pubDate>Sun, 22 Nov 2026 15:05:00 +0900</pubDate>
  </item>
</channel></rss>"""

NAVER = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel>
  <title><![CDATA[강가의 기록]]></title><link><![CDATA[https://blog.river.test/river]]></link>
  <image><url><![CDATA[{PICTURE}]]></url><title><![CDATA[강가의 기록]]></title></image>
  <item>
    <author>river</author>
    <category><![CDATA[산책]]></category>
    <title><![CDATA[강변 산책로 '밤길' 밝아진다]]></title>
    <link><![CDATA[https://blog.river.test/river/22?fromRss=true&trackingCode=rss]]></link>
    <guid>https://blog.river.test/river/22</guid>
    <description><![CDATA[<img src="{PICTURE}" /><br />산책로에 등 50개를 새로 단다......]]></description>
    <pubDate>Sun, 22 Nov 2026 15:05:00 +0900</pubDate>
    <tag><![CDATA[산책로,등]]></tag>
  </item>
</channel></rss>"""

JEKYLL = f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ko">
  <generator uri="https://jekyllrb.com/" version="4.3.4">Jekyll</generator>
  <link href="https://desk.test/feed.xml" rel="self" type="application/atom+xml" />
  <link href="https://desk.test/" rel="alternate" type="text/html" hreflang="ko" />
  <updated>2026-11-22T16:00:00+09:00</updated><id>https://desk.test/feed.xml</id><title type="html">데스크</title>
  <entry>
    <title type="html">항구 새 부두 &amp;amp; 창고 완공</title>
    <link href="https://desk.test/2026/11/22/port/" rel="alternate" type="text/html" title="항구 새 부두" />
    <published>2026-11-22T15:05:00+09:00</published><updated>2026-11-22T16:00:00+09:00</updated>
    <id>https://desk.test/2026/11/22/port</id>
    <content type="html" xml:base="https://desk.test/2026/11/22/port/"><![CDATA[<p>부두가 완공됐다.
      <img src="quay.jpg" alt="부두" /></p>]]></content>
    <author><name>항구팀</name></author><category term="지역" /><category term="항구" />
    <summary type="html"><![CDATA[부두가 완공됐다.]]></summary>
    <media:thumbnail xmlns:media="http://search.yahoo.com/mrss/" url="{PICTURE}" />
    <media:content medium="image" url="{PICTURE}" xmlns:media="http://search.yahoo.com/mrss/" />
  </entry>
</feed>"""

GHOST = f"""<?xml version="1.0" encoding="UTF-8"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom" version="2.0"
 xmlns:media="http://search.yahoo.com/mrss/"><channel><title><![CDATA[편지]]></title><link>https://letter.test/</link>
 <item><title><![CDATA[겨울 준비]]></title><description><![CDATA[난로를 고친다.]]></description><link>https://letter.test/winter/</link>
 <guid isPermaLink="false">6740a0</guid><category><![CDATA[겨울]]></category><dc:creator><![CDATA[정]]></dc:creator>
 <pubDate>Sun, 22 Nov 2026 06:05:00 GMT</pubDate><media:content url="{PICTURE}" medium="image"/>
 <content:encoded><![CDATA[<img src="{PICTURE}" alt="겨울"/><p>난로를 고친다.</p><p>나무를 쌓는다.</p>]]>
 </content:encoded></item>
 </channel></rss>"""

BLOGGER = """<?xml version='1.0' encoding='UTF-8'?>
<?xml-stylesheet href="http://www.blogger.com/styles/atom.css" type="text/css"?>
<feed xmlns='http://www.w3.org/2005/Atom' xmlns:openSearch='http://a9.com/-/spec/opensearchrss/1.0/'
 xmlns:gd='http://schemas.google.com/g/2005' xmlns:thr='http://purl.org/syndication/thread/1.0'>
<id>tag:blogger.com,1999:blog-1</id><updated>2026-11-22T16:00:00.000+09:00</updated><title type='text'>Notes</title>
<entry><id>tag:blogger.com,1999:blog-1.post-2</id><published>2026-11-22T15:05:00.001+09:00</published>
<updated>2026-11-22T16:00:00.000+09:00</updated><category scheme='http://www.blogger.com/atom/ns#' term='rain'/>
<title type='text'>Rain until Tuesday</title><content type='html'>&lt;p&gt;It rains.&lt;/p&gt;</content>
<link rel='replies' type='application/atom+xml' href='https://notes.test/feeds/2/comments/default'/>
<link rel='replies' type='text/html' href='https://notes.test/2026/11/rain.html#comment-form'/>
<link rel='edit' type='application/atom+xml' href='https://notes.test/feeds/1/posts/2'/>
<link rel='self' type='application/atom+xml' href='https://notes.test/feeds/1/posts/2'/>
<link rel='alternate' type='text/html' href='https://notes.test/2026/11/rain.html' title='Rain until Tuesday'/>
<author><name>Lee</name><uri>https://notes.test/p</uri><gd:image rel='s' width='16' height='16' src='https://notes.test/b.gif'/></author>
<thr:total>0</thr:total></entry></feed>"""

VIDEOS = f"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom"><title>영상뉴스</title>
 <entry><id>yt:video:abc</id><yt:videoId>abc</yt:videoId><title>현장 영상</title>
 <link rel="alternate" href="https://video.test/watch?v=abc"/><author><name>영상뉴스</name><uri>https://video.test/c</uri></author>
 <published>2026-11-22T06:05:00+00:00</published><updated>2026-11-22T07:00:00+00:00</updated>
 <media:group><media:title>현장 영상</media:title>
 <media:content url="https://video.test/v/abc" type="application/x-shockwave-flash" width="640" height="390"/>
 <media:thumbnail url="{PICTURE}" width="480" height="360"/><media:description>부두 현장입니다.</media:description>
 <media:community><media:statistics views="3"/></media:community></media:group></entry></feed>"""

PODCAST = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>아침 뉴스</title><language>ko</language>
 <itunes:image href="https://radio.test/cover.jpg"/>
 <itunes:category text="News"><itunes:category text="Daily News"/></itunes:category>
 <item><title>11월 22일 아침</title><itunes:title>아침</itunes:title>
 <description><![CDATA[<p>오늘의 소식.</p>]]></description>
 <enclosure url="https://radio.test/22.mp3" length="123" type="audio/mpeg"/><guid isPermaLink="false">ep-22</guid>
 <pubDate>Sun, 22 Nov 2026 06:05:00 GMT</pubDate><link>https://radio.test/22</link><itunes:image href="{PICTURE}"/>
 <itunes:explicit>false</itunes:explicit><itunes:episode>22</itunes:episode>
 <podcast:transcript url="https://radio.test/22.srt" type="application/srt"/></item></channel></rss>"""

PORTAL = """<?xml version="1.0" encoding="euc-kr"?>
<rss version="2.0"><channel><title><![CDATA[일간 - 전체기사]]></title><link>http://daily.test</link>
<language>ko</language><copyright>Copyright (c) 일간</copyright>
<item><title><![CDATA[[속보] 강풍에 여객선 '전면 통제']]></title>
<link>http://daily.test/news/articleView.html?idxno=1001</link>
<description><![CDATA[    강풍이 분다.&nbsp;여객선이 모두 멈췄다. ]]></description>
<author><![CDATA[박기자]]></author><pubDate>2026-11-22 15:05:00</pubDate></item></channel></rss>"""

CASES = (
    case(
        "WordPress",
        WORDPRESS,
        told(
            id="https://village.test/?p=77",
            link="https://village.test/2026/11/library/",
            title="도서관 새벽까지 ‘불 켠다’",
            summary="도서관이 새벽 두 시까지 문을 연다. […]",
            text="도서관이 새벽 두 시까지 문을 연다.\n이용자는 하루 300명이다.",
            categories=("생활", "도서관"),
            picture=PICTURE,
            language="ko-KR",
            author="편집부",
        ),
    ),
    case(
        "Tistory",
        TISTORY,
        of_rss(
            id="https://town.test/131",
            link="https://town.test/131",
            title="골목 시장 주차장 연다",
            summary="시장 옆에 주차장이 생긴다.\n모두 40대를 댄다.",
            text="시장 옆에 주차장이 생긴다.\n모두 40대를 댄다.",
            categories=("시장", "주차"),
            language="ko",
            author="이웃",
        ),
    ),
    case(
        "Naver",
        NAVER,
        of_rss(
            id="https://blog.river.test/river/22",
            link="https://blog.river.test/river/22?fromRss=true&trackingCode=rss",
            title="강변 산책로 '밤길' 밝아진다",
            summary="산책로에 등 50개를 새로 단다......",
            text="산책로에 등 50개를 새로 단다......",
            categories=("산책",),
            picture=PICTURE,
            author="river",
        ),
    ),
    case(
        "Jekyll",
        JEKYLL,
        told(
            id="https://desk.test/2026/11/22/port",
            link="https://desk.test/2026/11/22/port/",
            title="항구 새 부두 & 창고 완공",
            summary="부두가 완공됐다.",
            text="부두가 완공됐다.",
            categories=("지역", "항구"),
            updated=SEVEN,
            picture=PICTURE,
            language="ko",
            author="항구팀",
        ),
    ),
    case(
        "Ghost",
        GHOST,
        told(
            id="6740a0",
            link="https://letter.test/winter/",
            title="겨울 준비",
            summary="난로를 고친다.",
            text="난로를 고친다.\n나무를 쌓는다.",
            categories=("겨울",),
            picture=PICTURE,
            author="정",
        ),
    ),
    case(
        "Blogger",
        BLOGGER,
        told(
            id="tag:blogger.com,1999:blog-1.post-2",
            link="https://notes.test/2026/11/rain.html",
            title="Rain until Tuesday",
            text="It rains.",
            categories=("rain",),
            published=AT + dt.timedelta(milliseconds=1),
            updated=SEVEN,
            author="Lee",
        ),
    ),
    case(
        "videos",
        VIDEOS,
        told(
            id="yt:video:abc",
            link="https://video.test/watch?v=abc",
            title="현장 영상",
            summary="부두 현장입니다.",
            text="부두 현장입니다.",
            updated=SEVEN,
            picture=PICTURE,
            author="영상뉴스",
        ),
    ),
    case(
        "a podcast",
        PODCAST,
        of_rss(
            id="ep-22",
            link="https://radio.test/22",
            title="11월 22일 아침",
            summary="오늘의 소식.",
            text="오늘의 소식.",
            picture=PICTURE,
            language="ko",
        ),
    ),
    case(
        "a daily's own system",
        PORTAL.encode("cp949"),
        of_rss(
            id="http://daily.test/news/articleView.html?idxno=1001",
            link="http://daily.test/news/articleView.html?idxno=1001",
            title="[속보] 강풍에 여객선 '전면 통제'",
            summary="강풍이 분다. 여객선이 모두 멈췄다.",
            text="강풍이 분다. 여객선이 모두 멈췄다.",
            language="ko",
            author="박기자",
        ),
    ),
)
