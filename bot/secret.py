"""What must not be seen: a token, a password, an address that is one. It stands in a value's place, shut.

Its text is ``***`` in whatever way it is asked for: printed, formatted, in an error, within another noun. Two of equal
value are equal, so that accounts of one credential are found to be one. It is not pickled: no parser ever gets it.
"""

from typing import Never


class Secret:
    """A value that no log, error, page or preview may show; ``reveal()`` is where it leaves."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the wire only."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    def __format__(self, _: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> Never:
        raise TypeError("a secret is not pickled")
