"""Row 4 of FAILURES.md section 3: PostgreSQL goes down as if its machine had lost power, and comes back."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import NoPostgres, Server, serving
from tests.torture.scale import scale, within
from tests.torture.site import Site, chats, guilds, hooks

pytestmark = pytest.mark.alone

CRASHES = 3
STORIES = scale(6, 100)  #: a chat hears one a second: this long, at least, there is something to send


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of our own: nobody else's falls."""
    try:
        with serving() as server:
            yield server
    except NoPostgres as error:
        pytest.skip(str(error))


@pytest.fixture
def site(tmp_path: Path, server: Server) -> Iterator[Site]:
    accounts = [hooks(scale(150, 60)), *chats(4), *guilds(4)]
    with server.database() as url, Site(tmp_path, url, accounts, latency_ms=scale(200, 400)) as site:
        yield site


def test_a_database_that_crashes_under_load_loses_nothing(site: Site, server: Server) -> None:
    """Row 4, two workers, three immediate stops. Short: 950 deliveries; long: 6,800."""
    site.publish(STORIES)
    for _ in range(2):
        site.start()
    resumed = []
    for crash in range(1, CRASHES + 1):
        site.until(lambda: len(site.accepted()) >= len(site.owed()) * crash // (CRASHES + 2), 60)  # noqa: B023
        server.stop("immediate")
        time.sleep(0.5)
        server.start()
        back = time.monotonic()
        before = len(site.accepted())
        site.until(lambda: len(site.accepted()) > before, 30)  # noqa: B023 - called before the next turn
        resumed.append(time.monotonic() - back)
    site.until_settled()
    found = site.audit()
    print(f"row 4: sends again {', '.join(f'{seconds:.2f}' for seconds in resumed)} s after it is back: {found}")
    assert found.clean, found.defects()
    assert max(resumed) <= within(5)
