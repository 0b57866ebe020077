"""At PostgreSQL's door: an address that leads nowhere says why and the mend, never the password (FAILURES.md 26)."""

import socket
import time
from collections.abc import Iterator

import pytest

from bot.errors import ConfigError
from bot.store.postgres import Database
from tests.postgres import Server
from tests.store.conftest import noted, timed

PASSWORD = "hunter2-%40-secret"


@pytest.fixture
def guarded(postgres: Server) -> Iterator[Server]:
    """The server wants a password of one of its users."""
    rules = postgres.folder / "data/pg_hba.conf"
    before = rules.read_text()
    rules.write_text("host all guarded 127.0.0.1/32 scram-sha-256\nhost all barred 127.0.0.1/32 reject\n" + before)
    postgres.say("create role guarded login password 'another'")
    postgres.say("select pg_reload_conf()")
    time.sleep(0.1)
    yield postgres
    rules.write_text(before)
    postgres.say("select pg_reload_conf()")
    postgres.say("drop role guarded")


@pytest.mark.parametrize(
    ("address", "words", "mend"),
    [
        ("guarded:{password}@127.0.0.1:{port}/postgres", "password authentication failed", "right user and password"),
        ("guarded@127.0.0.1:{port}/postgres", "password", "right user and password"),
        ("nobody:{password}@127.0.0.1:{port}/postgres", 'role "nobody" does not exist', "createuser"),
        ("barred:{password}@127.0.0.1:{port}/postgres", "pg_hba.conf", "let this machine and user in"),
        ("sokbo:{password}@127.0.0.1:{port}/none", 'database "none" does not exist', "createdb"),
        ("sokbo:{password}@127.0.0.1:1/postgres", "refused", "start the server"),
        ("sokbo:{password}@127.0.0.1:{port}/postgres?keepalives=x%20{password}", "invalid", "name a database"),
        ("sokbo:{password}@127.0.0.1:{port}/postgres?nonsense={password}", "cannot be read", "percent-encoded"),
        ("sokbo:{password}%zz@127.0.0.1:{port}/postgres", "cannot be read", "percent-encoded"),
        ("sokbo:{password}@[127.0.0.1:{port}/postgres", "cannot be read", "percent-encoded"),
    ],
)
async def test_a_door_that_stays_shut_says_why_and_never_the_password(
    guarded: Server, address: str, words: str, mend: str
) -> None:
    """FAILURES.md row 26."""
    url = "postgresql://" + address.format(password=PASSWORD, port=guarded.port)
    with pytest.raises(ConfigError) as raised:
        await Database(url, driving=True).__aenter__()
    [problem] = raised.value.problems
    assert words in problem.what
    assert mend in problem.mend
    assert problem.where == "[sokbo] store"
    shown: list[str] = []
    error: BaseException | None = raised.value
    while error is not None:
        shown.append(repr(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for secret in (PASSWORD, PASSWORD.replace("%40", "@")):
        assert secret not in " ".join(shown)


async def test_either_name_of_the_scheme_is_understood(url: str) -> None:
    async with Database(url.replace("postgresql://", "postgres://"), driving=True) as pg:
        assert await pg.read(noted) is not None


async def test_a_server_that_never_answers_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # the system accepts, nobody reads
        async with timed(1.5, 4):
            with pytest.raises(ConfigError, match="timeout"):
                await Database(f"postgresql://a@127.0.0.1:{deaf.getsockname()[1]}/b").__aenter__()


async def test_a_ledger_that_is_not_there_yet_says_how_to_get_one(postgres_url: str) -> None:
    with pytest.raises(ConfigError, match="sokbo run"):
        await Database(postgres_url).__aenter__()


async def test_a_database_that_not_every_story_fits_in_is_refused(postgres: Server) -> None:
    postgres.say("create database narrow encoding 'SQL_ASCII' locale 'C' template template0")
    try:
        with pytest.raises(ConfigError, match=r"encoding is SQL_ASCII.*UTF8"):
            await Database(postgres.url("narrow"), driving=True).__aenter__()
    finally:
        postgres.say("drop database narrow with (force)")
