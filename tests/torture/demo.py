"""The demonstration: `python -m tests.torture.demo`.

Four workers on PostgreSQL tell one story to 10,000 places. Every two seconds one of them is killed and another
takes its place; halfway the database is restarted. Then what the stand-ins accepted is compared with the ledger.
"""

import sys
import tempfile
import time
from pathlib import Path

from bot.model import DeliveryState
from tests.postgres import NoPostgres, serving
from tests.torture.audit import Audit
from tests.torture.site import Account, Site, chats, guilds, hooks, seeded

WORKERS = 4
HOOKS, CHATS, GUILDS = 9_800, 100, 100
EVERY = 2.0  #: seconds between two kills
LATENCY = 1_000  #: ms that the stand-ins take to answer, so that there is time to kill somebody
PATIENCE = 300.0  #: seconds for all of it
SHOWN = 10  #: doubts that are printed; all are counted


def main() -> int:
    """Run it; 0 if nothing was lost and nothing came twice where there is a key."""
    try:
        with tempfile.TemporaryDirectory(prefix="sokbo-demo-") as folder:
            found = _run(Path(folder))
    except NoPostgres as error:
        print(f"{error}: apt-get install postgresql")
        return 2
    print(f"\n{found}")
    for entry in found.doubts[:SHOWN]:
        print(f"  in doubt: {entry.place[0]} {entry.place[1]}: {entry.state}, {entry.reason or 'sent again'}")
    if len(found.doubts) > SHOWN:
        print(f"  … and {len(found.doubts) - SHOWN} more, all in `sokbo deliveries`")
    if not found.clean:
        print(found.defects())
    return 0 if found.clean else 1


def accounts() -> list[Account]:
    """10,000 places: signed webhooks, Telegram chats, Discord channels."""
    return [hooks(HOOKS), *chats(CHATS), *guilds(GUILDS)]


def _run(folder: Path) -> Audit:
    chance = seeded(4)
    with serving() as server, server.database() as url, Site(folder, url, accounts(), latency_ms=LATENCY) as site:
        site.publish(1)
        workers = [site.start() for _ in range(WORKERS)]
        print(f"{WORKERS} workers on PostgreSQL, one story, {len(site.owed()):,} places")
        began = site.until(site.accepted, PATIENCE) and time.monotonic()
        kills, restarted = 0, False
        while not _over(site) and time.monotonic() < began + PATIENCE:
            time.sleep(EVERY)
            victim = workers.pop(chance.randrange(len(workers)))
            victim.kill()
            kills += 1
            workers.append(site.start())
            count = len(site.accepted())
            print(f"{time.monotonic() - began:5.1f} s: worker {victim.pid} is killed, {count:,} have arrived")
            if not restarted and count > len(site.owed()) // 2:
                server.stop("fast")
                server.start()
                restarted = True
                print(f"{time.monotonic() - began:5.1f} s: the database is restarted")
        site.until_settled(PATIENCE)
        print(f"{time.monotonic() - began:5.1f} s: all told; {kills} kills, the database restarted once")
        return site.audit()


def _over(site: Site) -> bool:
    """Whether nothing waits any more."""
    waiting = "select count(*) as number from delivery where state not in (:sent, :held)"
    [row] = site.ledger(waiting, sent=int(DeliveryState.SENT), held=int(DeliveryState.HELD))
    return len(site.accepted()) > len(site.owed()) // 2 and row["number"] == 0


if __name__ == "__main__":
    sys.exit(main())
