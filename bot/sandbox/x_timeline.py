"""What stands on X: tweets by their id, each user's in order, and what they say, so that nothing is said twice."""

from collections.abc import Iterator
from itertools import islice

from bot.sandbox.ledger import Accepted


class Timelines:
    """All tweets that nobody has deleted. No question and no change costs more, however many there are."""

    def __init__(self) -> None:
        self._tweets: dict[str, dict[str, Accepted]] = {}
        self._authors: dict[str, str] = {}
        self._said: set[tuple[str, str]] = set()

    def remember(self, record: Accepted) -> None:
        """Take over what was accepted, a tweet or the end of one."""
        mine = self._tweets.setdefault(record.account, {})
        if record.operation == "delete":
            self._said.discard((record.account, _plain(mine.pop(record.id))))
            del self._authors[record.id]
        else:
            mine[record.id] = record
            self._authors[record.id] = record.account
            self._said.add((record.account, _plain(record)))

    def author(self, number: str) -> str | None:
        """Whose tweet this is; None where none stands."""
        return self._authors.get(number)

    def repeats(self, account: str, text: str) -> bool:
        """Whether a standing tweet of this user says the same; pictures without words never do."""
        return bool(text.strip()) and (account, text.strip()) in self._said

    def newest(self, account: str, most: int) -> Iterator[Accepted]:
        """The user's tweets, the latest first."""
        return islice(reversed(self._tweets.get(account, {}).values()), most)


def _plain(record: Accepted) -> str:
    return str(record.body.get("text", "")).strip()
