"""A git repository for the tests of its source, and git's own server for it (git-scm.com/docs/git-http-backend)."""

import asyncio
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "desk",
    "GIT_AUTHOR_EMAIL": "desk@paper.test",
    "GIT_COMMITTER_NAME": "desk",
    "GIT_COMMITTER_EMAIL": "desk@paper.test",
}


class Repository:
    """A bare repository; what it holds is written by plumbing, so that it can hold what no working copy could."""

    def __init__(self, path: Path, *, filters: bool = True) -> None:
        self.path = path
        self.git("init", "--quiet", "--bare", "-b", "main", str(path), inside=False)
        self.git("config", "uploadpack.allowFilter", str(filters).lower())

    def git(self, *words: str, stdin: bytes = b"", inside: bool = True) -> str:
        where = ["-C", str(self.path)] if inside else []
        done = subprocess.run(["git", *where, *words], input=stdin, capture_output=True, env=ENVIRONMENT, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def blob(self, text: str | bytes) -> str:
        data = text.encode() if isinstance(text, str) else text
        return self.git("hash-object", "-w", "--stdin", stdin=data)

    def tree(self, entries: Mapping[str | bytes, Any]) -> str:
        """Write a tree: a text is a file, a mapping a folder, a pair mode and id; checked by nobody."""
        raw = b""
        for name, what in entries.items():
            mode, oid = what if isinstance(what, tuple) else self._entry(what)
            spelled = name if isinstance(name, bytes) else name.encode("utf-8", "surrogateescape")
            raw += mode.encode() + b" " + spelled + b"\0" + bytes.fromhex(oid)
        return self.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=raw)

    def _entry(self, what: Any) -> tuple[str, str]:
        return ("40000", self.tree(what)) if isinstance(what, Mapping) else ("100644", self.blob(what))

    def commit(self, entries: Mapping[str | bytes, Any], branch: str = "main") -> str:
        """A commit without a parent: every one rewrites history."""
        commit = self.git("commit-tree", self.tree(entries), "-m", "posts")
        self.git("update-ref", f"refs/heads/{branch}", commit)
        return commit


class Server:
    """git's own server for one repository, and what it was asked for: ``"GET refs"``, ``"ls-refs"``, ``"fetch 3"``."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.asked: list[str] = []
        self.sent: list[int] = []

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.asked.append(_question(request, body))
        done = await asyncio.to_thread(
            subprocess.run,
            ("git", "http-backend"),
            input=body,
            stdout=subprocess.PIPE,
            check=False,  # what it says of a wrong question is an answer, too
            env={
                **ENVIRONMENT,
                "GIT_PROJECT_ROOT": str(self.repository.path.parent),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REQUEST_METHOD": request.method,
                "PATH_INFO": request.path,
                "QUERY_STRING": request.query_string,
                "CONTENT_TYPE": request.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
                "REMOTE_ADDR": "127.0.0.1",
            },
        )
        head, _, rest = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.decode().split(": ", 1) for line in head.split(b"\r\n"))
        self.sent.append(len(rest))
        return web.Response(status=int(headers.pop("Status", "200").split()[0]), headers=headers, body=rest)


def _question(request: web.Request, body: bytes) -> str:
    if request.method == "GET":
        return "GET refs"
    return "ls-refs" if b"command=ls-refs" in body else f"fetch {body.count(b'want ')}"
