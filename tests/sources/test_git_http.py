"""What a server may answer instead of a repository, and where its address may lead (issue 5; FAILURES.md, "SSRF")."""

import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.errors import SourceError, SourceGone
from bot.model import Secret
from bot.ports import Credentials, Parse
from bot.sources.fetch import Client
from bot.sources.git_http import ADVERTISEMENT, Door, GitHttp
from bot.sources.git_wire import capabilities_in, fetch, ls_refs, pack_in, refs_in
from tests.sources.nowhere import PRIVATE
from tests.sources.repository import Repository, Server

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]

VERSION_2 = b"000eversion 2\n0012fetch=shallow\n0017object-format=sha1\n0000"


def line(text: bytes) -> bytes:
    return b"%04x%s" % (len(text) + 4, text)


def door(body: bytes = VERSION_2, kind: str = ADVERTISEMENT, **more: Any) -> web.Response:
    return web.Response(body=body, headers={"Content-Type": kind}, **more)


@pytest.mark.parametrize("host", PRIVATE)
async def test_no_form_of_a_private_address_is_dialled(host: str, here: Parse, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []

    def refuse(*arguments: Any) -> socket.socket:
        calls.append(arguments)
        raise ConnectionRefusedError("no test dials")

    monkeypatch.setattr("bot.sources.guard.socket", refuse)
    async with Client() as client:
        remote = GitHttp(f"http://{host}/site.git", client, here)
        with pytest.raises(SourceError):
            await remote.head("")
        remote._known = Door(
            f"http://{host}/site.git/git-upload-pack", filters=True
        )  # a name that meant another address before
        with pytest.raises(SourceError):
            await remote.listing("1" * 40)
        assert calls == []
        with pytest.raises(SourceError, match="cannot be reached"):
            await GitHttp("http://93.184.215.14/site.git", client, here).head("")
    assert len(calls) == 1, "the table proves nothing unless a permitted address comes this far"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (door(b"<!doctype html>", "text/html"), "shows no git repository there"),
        (door(b"001e# service=git-upload-pack\n0000" + line(b"1" * 40 + b" HEAD\n") + b"0000"), "an old form of git's"),
        (door(VERSION_2.replace(b"sha1", b"sha256").replace(b"0017", b"0019")), "keeps this repository by SHA-256"),
        (door(b"nonsense"), "127.0.0.1 gave an answer that is not git's"),
        (door(line(b"ERR access denied or\nno such repository")), "says: access denied or no such repository"),
        (door(b"00ffversion 2\n"), "broke off in the middle"),
        (door(status=401), "127.0.0.1 answered 401"),
        (door(status=404), "127.0.0.1 answered 404"),
    ],
)
async def test_whoever_is_no_repository_is_an_error_that_says_what_it_is(
    answer: web.Response, words: str, client: Client, here: Parse, serve: Serve
) -> None:
    asked: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.method)
        return web.Response(body=answer.body, status=answer.status, headers=answer.headers)

    with pytest.raises(SourceError, match=words):
        await GitHttp(await serve(handler) + "/site.git", client, here).head("")
    assert asked == ["GET"], "nobody is asked for a password, or twice"


async def test_a_repository_that_is_gone_for_good_retires_its_feed(client: Client, here: Parse, serve: Serve) -> None:
    async def handler(_: web.Request) -> web.Response:
        raise web.HTTPGone

    with pytest.raises(SourceGone):
        await GitHttp(await serve(handler) + "/site.git", client, here).head("")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"0000", "sent no pack"),
        (line(b"packfile\n") + line(b"\x03the disk is full") + b"0000", "says: the disk is full"),
        (line(b"packfile\n") + line(b"\x02counting") + line(b"\x01PACK") + b"0000", "a pack that cannot be read"),
        (line(b"packfile\n") + line(b"\x01" + b"\0" * 40) + b"0000", "a pack that cannot be read"),
        (
            line(b"packfile\n") + line(b"\x01" + b"PACK\0\0\0\2\0\0\0\1\x95\x0b" + b"x" * 40) + b"0000",
            "a pack that cannot be read",
        ),
    ],
)
async def test_a_pack_that_is_none_is_an_error(
    answer: bytes, words: str, client: Client, here: Parse, serve: Serve
) -> None:
    async def handler(request: web.Request) -> web.Response:
        return door() if request.method == "GET" else web.Response(body=answer)

    remote = GitHttp(await serve(handler) + "/site.git", client, here)
    with pytest.raises(SourceError, match=words):
        await remote.listing("1" * 40)
    with pytest.raises(SourceError, match=words):
        await remote.blobs(["1" * 40], 100)


async def test_a_commit_that_the_server_does_not_have_is_its_own_words(
    tmp_path: Path, client: Client, here: Parse, serve: Serve
) -> None:
    repository = Repository(tmp_path / "site.git")
    commit = repository.commit({"_posts": {}})
    remote = GitHttp(await serve(Server(repository).answer) + "/site.git", client, here)
    with pytest.raises(SourceError, match=r"127\.0\.0\.1 says: upload-pack: not our ref 1111"):
        await remote.listing("1" * 40)
    tree = repository.git("rev-parse", f"{commit}^{{tree}}")
    with pytest.raises(SourceError, match="no commit"):
        await remote.listing(tree)
    repository.git("tag", "-a", "v1", "-m", "tagged", commit)
    assert (await remote.listing(repository.git("rev-parse", "v1"))).files == {}


async def test_a_repository_that_moved_is_followed_and_a_question_is_not(
    tmp_path: Path, client: Client, here: Parse, serve: Serve
) -> None:
    repository = Repository(tmp_path / "site.git")
    commit = repository.commit({"_posts": {}})
    there = await serve(Server(repository).answer)
    moved = True

    async def handler(request: web.Request) -> web.Response:
        if request.method == "GET" and not moved:
            return door()
        raise web.HTTPFound(there + request.path_qs.replace("/old.git", "/site.git"))

    here_now = await serve(handler)
    remote = GitHttp(here_now + "/old.git/", client, here)
    assert await remote.head("main") == commit
    moved = False
    remote = GitHttp(here_now + "/old.git", client, here)
    with pytest.raises(SourceError, match="answered 302 to what was posted"):
        await remote.head("main")
    moved = True
    assert await remote.head("main") == commit, "after a failure it begins at the door"


async def test_a_redirect_to_somewhere_else_is_refused(client: Client, here: Parse, serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path == "/login":
            return door()
        raise web.HTTPFound("/login")

    with pytest.raises(SourceError, match="redirects to what is no git repository"):
        await GitHttp(await serve(handler) + "/site.git", client, here).head("")


async def test_a_private_repository_is_opened_with_what_its_own_server_alone_hears(
    tmp_path: Path, client: Client, here: Parse, serve: Serve
) -> None:
    repository = Repository(tmp_path / "site.git")
    commit = repository.commit({"_posts": {"a.md": "글"}})
    server, elsewhere = Server(repository), list[str | None]()

    async def private(request: web.Request) -> web.StreamResponse:
        known = request.headers.get("Authorization") == "Basic ZGVzazprZXk="
        return await server.answer(request) if known else web.Response(status=401)

    async def other(request: web.Request) -> web.StreamResponse:
        elsewhere.append(request.headers.get("Authorization"))
        return await server.answer(request)

    home = await serve(private) + "/site.git"
    login = Credentials(home, {"Authorization": Secret("Basic ZGVzazprZXk=")})
    remote = GitHttp(home, client, here, login)
    assert await remote.head("") == commit
    names = (await remote.listing(commit)).files.values()
    assert [data.decode() for data in (await remote.blobs(names, 100)).values()] == ["글"]
    with pytest.raises(SourceError, match="answered 401"):
        await GitHttp(home, client, here).head("")
    assert await GitHttp(await serve(other) + "/site.git", client, here, login).head("") == commit
    assert elsewhere == [None, None], "another server hears nothing of it"


def test_questions_are_spelled_as_git_reads_them() -> None:
    assert ls_refs(["HEAD"]) == (
        b"0014command=ls-refs\n0010agent=sokbo\n0017object-format=sha1\n0001000csymrefs\n0014ref-prefix HEAD\n0000"
    )
    question = fetch(["ab"], shallow=True, filtered=True)
    assert b"000ddeepen 1\n" in question
    assert b"0015filter blob:none\n" in question
    assert question.endswith(b"000cwant ab\n0009done\n0000")


def test_answers_are_read_as_git_spells_them() -> None:
    refs = line(b"ab HEAD symref-target:refs/heads/main\n") + line(b"cd refs/heads/main2\n") + b"0000"
    assert refs_in(refs) == {"HEAD": "ab", "refs/heads/main2": "cd"}
    assert "fetch=filter" in capabilities_in(line(b"version 2\n") + line(b"fetch=shallow filter\n") + b"0000")
    shallow = line(b"shallow-info\n") + line(b"shallow ab") + b"0001"
    packfile = line(b"packfile\n") + line(b"\x01PA") + line(b"\x02talk") + line(b"\x01CK")
    assert pack_in(shallow + packfile + b"0000") == b"PACK"
