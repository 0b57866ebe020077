"""The sandbox in a process of its own: stand-ins that already answer are used, else they are started."""

import asyncio
import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO, Literal

import aiohttp

from bot.errors import ConfigError, Problem
from bot.model import Secret
from bot.sandbox.server import Sandbox, XKey
from bot.settings import AccountSettings, SandboxSettings

LOG = logging.getLogger(__name__)
START = 60.0  #: seconds that the stand-ins may take to start; on a machine under load eleven were seen
PROBE = 0.4  #: seconds in which a stand-in on this machine surely answers
STOP = 3.0  #: seconds that they may take to end


@asynccontextmanager
async def stand_ins(sandbox: SandboxSettings | None, accounts: Sequence[AccountSettings]) -> AsyncIterator[None]:
    """Stand-ins answer on their address while this is open (without a ``[sandbox]`` table nothing is done).

    The process that is started reads our end of a pipe: it ends when we do, even when we are killed.
    """
    who = "stand-ins" if sandbox is None else await _who(f"http://{sandbox.listen}")
    if sandbox is None or who == "stand-ins":
        yield
        return
    if who == "somebody else":
        raise _refused(sandbox.listen, "something that is no stand-in listens there")
    order = {"listen": sandbox.listen, "log": str(sandbox.log), "keys": keys(accounts), "secrets": secrets(accounts)}
    with tempfile.TemporaryFile() as said:
        process = await asyncio.to_thread(_start, said)
        try:
            await _ready(process, order, sandbox.listen, said)
            LOG.info("stand-ins of the platforms answer on http://%s", sandbox.listen)
            yield
        finally:
            await asyncio.to_thread(_stop, process)


def _start(said: IO[bytes]) -> subprocess.Popen[bytes]:
    """Not by the event loop: uvloop runs Python between fork and exec, where a lock of another thread may stop it."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot.sandbox"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        start_new_session=True,  # Ctrl-C is for the bot, which drains first
    )


async def _ready(process: subprocess.Popen[bytes], order: Mapping[str, object], listen: str, said: IO[bytes]) -> None:
    """Wait for the word that they answer; raises ``ConfigError``."""
    try:
        line = await asyncio.wait_for(asyncio.to_thread(_introduce, process, order), START)
    except TimeoutError:
        process.kill()  # which ends the thread, too
        raise _refused(listen, f"no word from them within {START:g} s", "try again") from None
    if not line.startswith(b"ready"):
        await asyncio.to_thread(process.wait)
        said.seek(0)
        raise _refused(listen, said.read().decode(errors="replace").strip() or "no word from them")


def _introduce(process: subprocess.Popen[bytes], order: Mapping[str, object]) -> bytes:
    """Give the order; the first line that they say, nothing if they end."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the pipes were asked for")
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
    return process.stdout.readline()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """The end of what they read ends them."""
    with process:  # closes its pipes, and waits
        try:
            process.communicate(timeout=STOP)
        except subprocess.TimeoutExpired:
            process.kill()


def keys(accounts: Sequence[AccountSettings]) -> list[dict[str, str]]:
    """The keys of the X accounts, so that the stand-in can verify what is signed with them."""
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    return [
        {name: account.options[name].reveal() for name in names}
        for account in accounts
        if all(account.options.get(name) is not None for name in names)
    ]


def secrets(accounts: Sequence[AccountSettings]) -> list[str]:
    """The secrets of the signed webhooks, so that the stand-in can verify what is signed with them."""
    found = (account.options.get(name) for account in accounts for name in ("secret", "previous_secret"))
    return [one.reveal() for one in found if isinstance(one, Secret) and one.reveal().startswith("whsec_")]


ELSEWHERE = "stop what listens there, or name another port here and in the accounts' base_url"


def _refused(listen: str, why: str, mend: str = ELSEWHERE) -> ConfigError:
    return ConfigError([Problem(f"the stand-ins did not start on {listen}: {why}", "[sandbox] listen", mend)])


async def _who(url: str) -> Literal["stand-ins", "nobody", "somebody else"]:
    """Who answers there now; one that hangs up is a stand-in of an earlier run on its way out."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PROBE)) as session,
            session.post(f"{url}/_sandbox/settings", json={}) as reply,
        ):
            return "stand-ins" if reply.ok else "somebody else"
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        return "nobody"
    except (aiohttp.ClientError, TimeoutError):
        return "somebody else"


async def stand_alone(listen: str, log: Path, keys: Sequence[dict[str, str]], secrets: Sequence[str] = ()) -> None:
    """The stand-ins in this process, until it is stopped."""
    async with Sandbox(listen=listen, log=log, keys=[XKey(**key) for key in keys], secrets=secrets) as sandbox:
        print(f"the stand-ins answer on {sandbox.url} and write what they accept to {log}", flush=True)
        await asyncio.Event().wait()
