"""What an operator does about the store itself: `sokbo backup` and `sokbo move`."""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from bot.app.build import open_store
from bot.errors import ConfigError, Occupied, Problem
from bot.settings import Settings
from bot.settings.places import store as store_address
from bot.settings.values import Complaint
from bot.store import copying, sqlite
from bot.store.sides import side

PASSWORD = "${SOKBO_STORE_PASSWORD}"  # noqa: S105 - where it comes from, not what it is


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup: its size in bytes, and how much of what it holds."""

    size: int
    counts: Mapping[str, int]


async def backup(settings: Settings, to: Path, *, force: bool) -> Backup:
    """Copy the store into one new SQLite file, beside a running bot or without one."""
    if (path := settings.database) is not None and not path.exists():
        raise ConfigError([Problem(f"there is no store at {path} yet", "[sokbo] store", sqlite.ABSENT)])
    _refuse_to_replace(to, path, force=force)
    part = to.with_name(f".{to.name}.part")
    copying.throw_away(part)
    try:
        if path is not None:
            await asyncio.to_thread(copying.backup, path, part)
        else:
            await _snapshot(settings.store, part)
        counts = await asyncio.to_thread(copying.look_through, part)
        await asyncio.to_thread(copying.put_in_place, part, to)
    finally:
        copying.throw_away(part)
    return Backup(to.stat().st_size, counts)


async def move(source: str, target: str) -> tuple[int, str]:
    """Move a site that has been stopped to another database: how many rows, and the configuration's line to change.

    Raises ``Occupied`` when a bot drives one of them, ``ConfigError`` when one cannot be used or the new one is not
    empty.
    """
    source, target = _address("FROM", source), _address("TO", target)
    if source == target:
        raise ConfigError([Problem("FROM and TO are one", "move", "name a new file or an empty database as TO")])
    async with open_store(source):
        pass  # it is there, and of this schema
    async with open_store(target, driving=True):
        pass  # now it is there, too
    stopped = threading.Event()
    work = partial(copying.move, side(source), side(target), _shown(target), stopped.is_set)
    moving = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        rows = await asyncio.shield(moving)
    except asyncio.CancelledError:
        stopped.set()
        await asyncio.wait([moving])
        raise
    return rows, f'store = "{_shown(target)}"'


async def _snapshot(store: str, part: Path) -> None:
    async with open_store(store):
        pass  # it is there, and of this schema
    async with sqlite.Database(part, driving=True):
        pass  # an empty one
    await asyncio.to_thread(copying.snapshot, side(store, alone=False), side(f"sqlite:///{part}"))


def _refuse_to_replace(to: Path, store: Path | None, *, force: bool) -> None:
    if not to.parent.is_dir():
        raise ConfigError([Problem(f"there is no folder {to.parent}", "backup", "make it first")])
    if not to.exists():
        return
    if store is not None and to.samefile(store):
        raise ConfigError([Problem(f"{to} is the store itself", "backup", "name another file")])
    if not force:
        raise ConfigError([Problem(f"{to} is there already", "backup", "name another file, or say --force")])
    if not to.is_file():
        raise ConfigError([Problem(f"{to} is no file", "backup", "name another one")])
    if sqlite.driven(to):
        raise Occupied(f"a bot drives {to}: it cannot be replaced under it")


def _address(name: str, store: str) -> str:
    try:
        return store_address(store)
    except Complaint as complaint:
        raise ConfigError([Problem(f"{name} {complaint.what}", "move", complaint.mend)]) from complaint


def _shown(store: str) -> str:
    """An address as it may be shown and kept: its password comes from the environment."""
    parts = urlsplit(store)
    if not parts.password:
        return store
    user, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user.partition(':')[0]}:{PASSWORD}@{host}").geturl()
