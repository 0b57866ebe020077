"""Feeds by command: added to a running bot, removed, tried, carried in and out (issue 5, item 8)."""

import asyncio
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.model import Feed
from bot.sources.opml import read_opml
from bot.store.inbox import Inbox
from bot.store.sqlite import Database
from tests.app.conftest import Newsroom, until

ITEM = """<item><title>{0}</title><link>https://wire.example/{0}</link><guid>{0}</guid>
<description>{0} 소식이 들어왔다.</description><pubDate>{1}</pubDate></item>"""
RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>통신 속보</title><link>https://wire.example/</link>{hub}{items}</channel></rss>"""
HUB = '<atom:link rel="hub" href="https://hub.example/"/>'
PAGE = '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>'


class Web:
    """A site on this machine: what stands at each path."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, bytes]] = {}
        self.asked: list[str] = []
        site = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                kind, body = site.pages.get(self.path, ("", b""))
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", kind or "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def publish(self, *titles: str, path: str = "/feed.xml", hub: str = "") -> str:
        """A feed of these posts, an hour apart, the first being the newest; its address."""
        items = "".join(
            ITEM.format(title, f"Sun, 22 Nov 2026 {20 - hours:02}:00:00 +0000") for hours, title in enumerate(titles)
        )
        self.pages[path] = "application/rss+xml", RSS.format(hub=hub, items=items).encode()
        return self.url + path


@pytest.fixture
def web() -> Iterator[Web]:
    site = Web()
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()
    thread.join()


def stands_still(web: Web) -> bool:
    """Whether nobody asks for longer than a feed's second."""
    asked = len(web.asked)
    time.sleep(1.5)
    return len(web.asked) == asked


@pytest.fixture
def stopped(newsroom: Newsroom) -> Newsroom:
    """A newsroom whose bot has met its feed, and stopped."""

    async def meet() -> None:
        async with Database(newsroom.folder / "sokbo.db", driving=True) as database:
            await Inbox(database).meet([(Feed("newsdao", str(newsroom.posts)), "jekyll")])

    asyncio.run(meet())
    return newsroom


def test_a_feed_that_is_added_to_a_running_bot_is_watched_at_once_and_removed_no_more(
    newsroom: Newsroom, web: Web
) -> None:
    url = web.publish("첫째", "둘째")
    newsroom.post("one", "소식 하나")
    bot = newsroom.start()
    until(lambda: len(newsroom.accepted()) == 3)
    done = newsroom.sokbo("feeds", "add", url, "--every", "1s")
    assert (done.returncode, done.stdout) == (0, "통신 속보: it is watched from now on\n")
    until(lambda: any(feed["entries"] for feed in newsroom.ledger("feeds") if feed["name"] == "통신 속보"))
    assert len(newsroom.accepted()) == 3  # first_run = 0: what was there before us is known
    web.publish("셋째", "첫째", "둘째")
    until(lambda: len(newsroom.accepted()) == 6)
    assert "셋째" in newsroom.accepted("telegram")[-1]["body"]["text"]
    [added] = [feed for feed in newsroom.json("feeds") if feed["origin"] == "store"]
    assert (added["name"], added["url"], added["retired"]) == ("통신 속보", url, False)
    done = newsroom.sokbo("feeds", "remove", "통신 속보")
    assert (done.returncode, done.stdout) == (
        0,
        "통신 속보 is not watched any more; what it told stays in the ledger\n",
    )
    until(lambda: stands_still(web))
    assert {story["headline"] for story in newsroom.ledger("stories")} == {"소식 하나", "셋째"}
    assert newsroom.stop(bot) == 0


def test_what_is_added_while_no_bot_runs_the_next_one_watches(stopped: Newsroom, web: Web) -> None:
    done = stopped.sokbo("feeds", "add", web.publish("첫째"), "--name", "wire", "--first-run", "1")
    assert (done.returncode, done.stdout) == (0, "wire: no bot runs on this store: the next one sees to it\n")
    assert stopped.sokbo("run", "--once").returncode == 0
    assert [story["headline"] for story in stopped.ledger("stories")] == ["첫째"]
    table = stopped.sokbo("feeds", "list").stdout
    assert ["newsdao", "config"] in [line.split()[:2] for line in table.splitlines()]
    assert ["wire", "store"] in [line.split()[:2] for line in table.splitlines()]


def test_of_a_site_the_feed_is_added_that_its_page_names(stopped: Newsroom, web: Web) -> None:
    feed = web.publish("첫째")
    web.pages["/page"] = "text/html", PAGE.encode()
    done = stopped.sokbo("feeds", "add", f"{web.url}/page")
    assert (done.returncode, done.stdout.partition(": ")[0]) == (0, f"통신 속보, at {feed}")
    assert stopped.sokbo("run", "--once").returncode == 0
    again = stopped.sokbo("feeds", "add", f"{web.url}/page", "--name", "again")
    assert (again.returncode, "is watched already" in again.stderr) == (2, True), again.stderr
    assert "posts      1" in stopped.sokbo("feeds", "test", f"{web.url}/page").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["add", "{web}/feed.xml", "--name", "newsdao"], 2, "there is a feed 'newsdao' already"),
        (["add", "{web}/page"], 1, "HTML page, not a feed: look for the feed's address"),
        (["add", "{web}/nothing"], 1, "answered 404"),
        (["add", "{web}/text"], 1, "neither RSS, Atom, RDF nor JSON Feed"),
        (["add", "ftp://wire.example/feed.xml"], 2, "no http(s) address"),
        (["add", "https://wire.example/site.git"], 2, 'is a git repository (for the posts in it, kind = "jekyll"'),
        (["add", "{web}/feed.xml", "--every", "soon"], 2, "every is no duration"),
        (["add", "{web}/feed.xml", "--first-run", "many"], 2, "neither a count nor an age"),
        (["add", "http://10.0.0.1/feed.xml"], 1, "not a public address"),
        (["add", "http://[::ffff:169.254.169.254]/feed"], 1, "not a public address"),
        (["remove", "newsdao"], 2, "stands in {config}:14: take it out there"),
        (["remove", "nobody"], 2, "no command has added a feed 'nobody'"),
        (["test", "{web}/page"], 1, "HTML page, not a feed"),
        (["import", "{folder}/none.opml"], 2, "cannot be read"),
        (["dance"], 2, "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    stopped: Newsroom, web: Web, arguments: list[str], code: int, words: str
) -> None:
    web.publish("첫째")
    web.pages["/page"] = "text/html", b"<html>no feed</html>"
    web.pages["/text"] = "text/plain", b"hello"
    names = {"web": web.url, "config": stopped.config, "folder": stopped.folder}
    before = stopped.ledger("feeds")
    done = stopped.sokbo("feeds", *(each.format(**names) for each in arguments))
    assert (done.returncode, done.stdout) == (code, "")
    assert words.format(**names) in done.stderr
    assert stopped.ledger("feeds") == before


def test_one_address_is_watched_once(stopped: Newsroom, web: Web) -> None:
    url = web.publish("첫째")
    stopped.sokbo("feeds", "add", url, "--name", "wire")
    stopped.sokbo("run", "--once")
    done = stopped.sokbo("feeds", "add", f"{url}?utm_source=x", "--name", "again")
    assert done.returncode == 2
    assert "it is the feed 'wire'" in done.stderr


def test_a_feed_is_tried_and_nothing_is_written(newsroom: Newsroom, web: Web) -> None:
    """Before the first run, too: there is no store yet."""
    web.publish("첫째", "둘째", "셋째", hub=HUB)
    done = newsroom.sokbo("feeds", "test", f"{web.url}/feed.xml")
    assert done.returncode == 0
    assert [line.split(maxsplit=1) for line in done.stdout.splitlines()] == [
        ["address", f"{web.url}/feed.xml"],
        ["format", "RSS 2.0"],
        ["title", "통신 속보"],
        ["site", "https://wire.example/"],
        ["posts", "3"],
        ["newest", "2026-11-22 20:00 UTC: 첫째"],
        ["publishes", "every hour"],
        ["encoding", "utf-8"],
        ["hub", "https://hub.example/"],
    ]
    found = newsroom.json("feeds", "test", f"{web.url}/feed.xml")
    assert (found["every_s"], found["problems"]) == (3600, [])
    assert not (newsroom.folder / "sokbo.db").exists()


# ── OPML ─────────────────────────────────────────────────────────────────────────────────────────────────────────

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.1"><head><title>mine</title></head><body>
  <outline text="경제">
    <outline type="rss" text="하나" xmlUrl="https://one.example/feed.xml" htmlUrl="https://one.example/"/>
    <outline type="rss" text="하나" xmlUrl="https://two.example/feed.xml"/>
  </outline>
  <outline type="rss" title="셋 &amp; 넷" xmlUrl="https://three.example/feed.xml"/>
  <outline text="a note"/>
  <outline type="rss" text="again" xmlUrl="https://one.example/feed.xml"/>
</body></opml>
"""


def test_a_list_comes_in_whole_and_goes_out_again(stopped: Newsroom) -> None:
    file = stopped.folder / "list.opml"
    file.write_text(LIST, "utf-8")
    done = stopped.sokbo("feeds", "import", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "again: it is watched already, as 하나",
        "3 feeds added: no bot runs on this store: the next one sees to it",
    ]
    stopped.sokbo("run", "--once")
    names = {feed["name"]: feed["url"] for feed in stopped.ledger("feeds") if feed["origin"] == "store"}
    assert names == {
        "하나": "https://one.example/feed.xml",
        "하나 (2)": "https://two.example/feed.xml",
        "셋 & 넷": "https://three.example/feed.xml",
    }
    out = stopped.folder / "out.opml"
    done = stopped.sokbo("feeds", "export", "--file", str(out))
    assert (done.returncode, done.stderr) == (0, "left out: newsdao is a folder or a git repository, not a feed\n")
    found = {(each.title, each.feed, each.site, each.label) for each in read_opml(out.read_bytes())}
    assert found == {
        ("하나", "https://one.example/feed.xml", "https://one.example/", ("경제",)),
        ("하나 (2)", "https://two.example/feed.xml", "", ("경제",)),
        ("셋 & 넷", "https://three.example/feed.xml", "", ()),
    }
    assert stopped.sokbo("feeds", "export").stdout == out.read_text("utf-8")
    done = stopped.sokbo("feeds", "import", str(out))
    assert done.stdout.splitlines()[-1] == "nothing to add"
    assert stopped.sokbo("feeds", "export", "--file", str(stopped.folder)).returncode == 2


def test_a_list_with_mistakes_names_all_of_them_and_adds_nothing(stopped: Newsroom) -> None:
    file = stopped.folder / "list.opml"
    wrong = LIST.replace("https://two.example/feed.xml", "javascript:alert(1)").replace(
        ' xmlUrl="https://three.example/feed.xml"', ""
    )
    file.write_text(wrong, "utf-8")
    done = stopped.sokbo("feeds", "import", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    two, three = done.stderr.splitlines()
    assert f"{file}:5" in two
    assert "no http(s) address" in two
    assert f"{file}:7: “셋 & 넷” calls itself a feed and has no xmlUrl" in three
    assert [feed["name"] for feed in stopped.ledger("feeds")] == ["newsdao"]
