"""Wakes: hear from other workers that there is work, over a connection that does nothing else (LISTEN, NOTIFY).

Nothing depends on it: what is missed here, a slow poll finds. TCP's keepalives notice when nobody is there any more.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

import psycopg

from bot.store.postgres_errors import words

CHANNEL = "sokbo"
PAUSES = (0.2, 10.0)  #: seconds before the next try to connect: after the first failure, and at most

log = logging.getLogger(__name__)


async def listen(address: Mapping[str, Any], worker: int, wake: Callable[[], None]) -> None:
    """Call ``wake`` whenever another worker has committed work, and after each reconnect; until cancelled."""
    pause, most = PAUSES
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**address, autocommit=True) as connection:
                await connection.execute(f"listen {CHANNEL}")
                pause = PAUSES[0]
                wake()  # something may have been said meanwhile
                async for notice in connection.notifies():
                    if notice.payload != str(worker):
                        wake()
        except psycopg.Error as error:
            log.info("the database cannot wake us, so we look by ourselves: %s", words(error))
        await asyncio.sleep(pause)
        pause = min(2 * pause, most)
