"""How far a retraction has got, place by place: what is gone, what could not be recalled and where."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Row = Mapping[str, Any]

#: States in which nothing more happens to a delivery by itself.
OVER: Final = frozenset({"sent", "dead", "held", "cancelled"})
LOST: Final = frozenset({"dead", "held"})


@dataclass(frozen=True, slots=True)
class Recall:
    """The rows of ``Ledger.recall``, told by place: a thread has a row for each of its posts."""

    rows: Sequence[Row]

    @property
    def places(self) -> list[Row]:
        """Everywhere that it is, or was."""
        return _each_place(self.rows)

    @property
    def by_account(self) -> Mapping[str, int]:
        """In how many places each account has it."""
        return Counter(str(row["account"]) for row in self.places)

    @property
    def failed(self) -> list[Row]:
        """Where it could not be recalled."""
        return _each_place(row for row in self.rows if row["state"] in LOST)

    @property
    def open(self) -> list[Row]:
        """Where it is still being recalled."""
        return _each_place(row for row in self.rows if row["state"] not in OVER)

    @property
    def changed(self) -> list[Row]:
        """Where it could not be deleted, and says now that it was taken back: what is gone has no ids."""
        return _each_place(row for row in self.rows if row["state"] == "sent" and row["ids"])

    @property
    def recalled(self) -> int:
        """In how many places nothing is left as it was."""
        return len(self.places) - len(_each_place([*self.failed, *self.open]))


def _each_place(rows: Iterable[Row]) -> list[Row]:
    places: dict[tuple[str, str], Row] = {}
    for row in rows:
        places.setdefault((row["account"], row["target"]), row)
    return list(places.values())
