"""Row 5 of FAILURES.md section 3, where the connection is cut: a worker's cable to PostgreSQL is pulled.

The server stands in a network of its own, and each worker has a cable to it. The platforms stay within reach of the
worker that is cut off, which is the worse case: what it had claimed it may still send, while another sends the same.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.postgres import NoPostgres, Server, serving
from tests.torture.cables import Cable, Network
from tests.torture.kills import Orphans, Watcher
from tests.torture.scale import scale
from tests.torture.site import Site, chats, guilds, hooks, percentile

pytestmark = pytest.mark.alone

LANES = 300  #: fewer than one worker takes at once, so that whoever takes over has room for all
FEW = 50  #: claims on their way are too few to pull a cable for
STORIES = 14  #: a lane hears one in 0.8 s at best: work for longer than the cut
AFTERWARDS = 3  #: stories for the one that comes back
CUTS = scale(1, 10)
CUT = 8.0  #: seconds
AGAIN = "the store answers again"
BOUND = 6.0  #: seconds until its claims are driven again


@dataclass(frozen=True, slots=True)
class Wired:
    """A server that is reached by two cables."""

    server: Server
    cables: tuple[Cable, Cable]

    def url(self, cable: Cable) -> str:
        """The store's address over that cable."""
        return f"postgresql://sokbo@{cable.far}:{self.server.port}/wired"


@pytest.fixture
def wired() -> Iterator[Wired]:
    with ExitStack() as stack:
        network = stack.enter_context(Network(2))
        first, second = network.cables
        with network.inside():
            try:
                server = stack.enter_context(serving({"listen_addresses": f"127.0.0.1,{first.far},{second.far}"}))
            except NoPostgres as error:
                pytest.skip(str(error))
            server.stop()
            with (server.folder / "data/pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {first.near}/32 trust\nhost all all {second.near}/32 trust\n")
            server.start()
            server.say("create database wired template template0")
        yield Wired(server, (first, second))


def test_a_worker_that_is_cut_off_is_taken_over_and_comes_back(tmp_path: Path, wired: Wired) -> None:
    """Row 5, two workers on one account. Short: one cut; long: ten."""
    cable, sound = wired.cables
    accounts = [hooks(LANES), *chats(4), *guilds(4)]
    with Site(tmp_path, wired.url(cable), accounts, latency_ms=800) as site:
        site.publish(STORIES)
        cut_off = site.start()
        site.until(site.accepted)
        site.store = wired.url(sound)
        site.write()
        site.start()
        with closing(Watcher(site.store)) as watcher:
            number = watcher.number(cut_off)
            for turn in range(CUTS):
                if turn:
                    site.publish(STORIES)
                site.until(lambda: all(watcher.settled(watcher.number(worker)) for worker in site.workers))
                site.until(lambda: len(watcher.claims(number)) > FEW, 60)
                orphans = _pull(site, cable, watcher, number)
                waits = watcher.driven_again(orphans, CUT)
                time.sleep(max(0.0, orphans.at + CUT - time.monotonic()))
                site.publish(AFTERWARDS)
                answers = cut_off.said().count(AGAIN)
                cable.plug_in()
                back = time.monotonic()
                site.until(lambda: cut_off.said().count(AGAIN) > answers)  # noqa: B023 - called before the next turn
                resumed = time.monotonic() - back
                site.until(lambda: watcher.claims(number), 60)  # in its turn: the other takes what it can, too
                print(
                    f"row 5, cut off: {len(waits)} claims driven again after p50 {percentile(waits, 0.5):.2f} s, "
                    f"at most {max(waits):.2f} s; with its cable back it drives again after {resumed:.2f} s"
                )
                assert max(waits) <= BOUND
        site.until_settled(60 + 2 * len(site.published))  # a chat and a channel hear one in a second
        found = site.audit()
        print(f"row 5, cut off: {found}")
        assert all(worker.alive for worker in site.workers)
        assert found.clean, found.defects()


def _pull(site: Site, cable: Cable, watcher: Watcher, number: int) -> Orphans:
    """Pull the cable while the worker has deliveries on their way; what it leaves."""

    def pulled() -> Orphans | None:
        at = time.monotonic()
        cable.pull()
        if len(claims := watcher.claims(number)) > FEW:
            return Orphans(at, number, claims)
        cable.plug_in()  # the other has nearly all of them now
        return None

    found = site.until(pulled)
    assert isinstance(found, Orphans)
    return found
