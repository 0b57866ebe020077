"""A post's pictures come from under the site's root, else from the net, and from nowhere else on this machine."""

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from bot.document import Picture
from bot.errors import PictureError
from bot.ports import Parse
from bot.sources import jekyll
from bot.sources import web as room
from bot.sources.fetch import Client
from bot.sources.jekyll import JekyllSource
from tests.sources.site import Site

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]


@pytest.fixture
def card(site: Site) -> bytes:
    path = site.root / "assets" / "사진 1.jpg"
    path.parent.mkdir()
    path.write_bytes(b"picture")
    (site.root / ".env").write_bytes(b"secret")
    (site.root / "_data").mkdir()
    (site.root / "_data" / "x.jpg").write_bytes(b"secret")
    (site.root.parent / "outside.jpg").write_bytes(b"secret")
    (site.root / "link.jpg").symlink_to(site.root.parent / "outside.jpg")
    return b"picture"


async def test_a_picture_under_the_sites_root_is_read_from_disk(
    site: Site, source: JekyllSource, card: bytes, client: Client, here: Parse
) -> None:
    site.write("2024-07-22-a.md", "title: a\nimage: /assets/사진 1.jpg")
    picture = (await source.read("")).entries[0].picture
    assert picture is not None
    assert picture.url.startswith("https://paper.test/assets/%EC%82%AC")
    assert await source.picture(picture) == card
    nowhere = JekyllSource(site.posts, fetch=client, parse=here)
    picture = (await nowhere.read("")).entries[0].picture
    assert picture is not None
    assert picture.url.startswith("file:///")
    assert await nowhere.picture(picture) == card


async def test_a_picture_that_is_not_on_disk_is_fetched(site: Site, client: Client, here: Parse, serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path != "/assets/net.jpg":
            raise web.HTTPNotFound
        return web.Response(body=b"from the net")

    base = await serve(handler)
    source = JekyllSource(site.posts, site=base, fetch=client, parse=here)
    assert await source.picture(Picture(base + "/assets/net.jpg")) == b"from the net"
    assert await source.answers(base + "/assets/net.jpg")
    with pytest.raises(PictureError, match=r"it is not at /.*/site/assets/none\.jpg; .*answered 404"):
        await source.picture(Picture(base + "/assets/none.jpg"))


@pytest.mark.parametrize(
    "path",
    [
        "../outside.jpg",
        "assets/../../outside.jpg",
        "%2e%2e/outside.jpg",
        "..%2foutside.jpg",
        "link.jpg",
        ".env",
        "_data/x.jpg",
    ],
)
async def test_no_picture_is_read_from_outside_the_site_or_from_what_it_hides(
    site: Site, card: bytes, client: Client, here: Parse, serve: Serve, path: str
) -> None:
    async def handler(request: web.Request) -> web.Response:
        raise web.HTTPNotFound

    base = await serve(handler)
    source = JekyllSource(site.posts, site=base, fetch=client, parse=here)
    for url in (f"{base}/{path}", f"{site.root.resolve().as_uri()}/{path}", f"file:///etc/{path}"):
        with pytest.raises(PictureError) as raised:
            await source.picture(Picture(url))
        assert "secret" not in str(raised.value)


async def test_a_picture_on_disk_has_its_bound_too(
    site: Site, source: JekyllSource, card: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jekyll, "LARGEST_PICTURE", 3)
    assert room.LARGEST_PICTURE == 10 << 20
    with pytest.raises(PictureError, match="more than"):
        await source.picture(Picture("https://paper.test/assets/사진 1.jpg"))
