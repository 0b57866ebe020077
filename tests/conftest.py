"""What every room's tests may share: one PostgreSQL for the whole run, started when the first test asks for it."""

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import pytest
import uvloop

from tests.postgres import NoPostgres, Server, serving


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The event loop that `sokbo run` has."""
    return {"uvloop": uvloop.new_event_loop}


def pytest_itemcollected(item: pytest.Item) -> None:
    """With ``--timeout``, an asynchronous test is cancelled at half of it: its traceback shows the line that waited."""
    seconds = item.config.getoption("timeout", None)  # the tests of a broken copy run without the plugin
    if seconds and isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
        item.obj = _within(seconds / 2, item.obj)


def _within(seconds: float, test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @functools.wraps(test)
    async def bounded(*args: Any, **kwargs: Any) -> None:
        async with asyncio.timeout(seconds):
            await test(*args, **kwargs)

    return bounded


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    try:
        with serving() as server:
            yield server
    except NoPostgres as error:
        pytest.skip(str(error))


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """A fresh database."""
    with postgres.database() as url:
        yield url


FIGURES = ("row ", "soak ")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tests that passed print what they measured; what ran in a worker is captured there."""
    passed = terminalreporter.getreports("passed")
    if found := [line for report in passed for line in report.capstdout.splitlines() if line.startswith(FIGURES)]:
        terminalreporter.section("what was measured")
        for line in found:
            terminalreporter.write_line(line)
