"""A network of our own whose cables can be pulled: a network namespace, and veth pairs that lead into it.

    us ── 10.211.x.1 ══ cable ══ 10.211.x.2 ── the namespace

Pulled at the far end, a cable swallows what is sent: no reset, no refusal, only silence, and nothing answers a
keepalive. The namespace has no name and no other way out; it ends with the last process that is in it, however that
ends, and its cables with it. Packets never leave this machine.
"""

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

CLONE_NEWNET: Final = 0x40000000  #: <sched.h>
KERNEL: Final = ctypes.CDLL(None, use_errno=True)
OWN: Final = "/proc/thread-self/ns/net"


class NoCables(Exception):  # noqa: N818 - it reads as what is missing
    """This machine lets us make no network of our own."""


@dataclass(frozen=True, slots=True)
class Cable:
    """One veth pair; ``near`` is our address, ``far`` the namespace's."""

    network: "Network"
    number: int

    @property
    def near(self) -> str:
        """Our end's address."""
        return f"{self._prefix}.1"

    @property
    def far(self) -> str:
        """The other end's."""
        return f"{self._prefix}.2"

    def lay(self) -> None:
        """Put it in place, and use it."""
        inside = f"/proc/{os.getpid()}/fd/{self.network.handle}"
        _ip("link", "add", self._name("a"), "type", "veth", "peer", "name", self._name("b"), "netns", inside)
        _ip("address", "add", f"{self.near}/30", "dev", self._name("a"))
        _ip("link", "set", self._name("a"), "up")
        with self.network.inside():
            _ip("address", "add", f"{self.far}/30", "dev", self._name("b"))
            _ip("link", "set", self._name("b"), "up")

    def pull(self) -> None:
        """From now on nothing comes through, and nobody is told."""
        with self.network.inside():
            _ip("link", "set", self._name("b"), "down")

    def plug_in(self) -> None:
        """From now on all comes through again."""
        with self.network.inside():
            _ip("link", "set", self._name("b"), "up")

    def remove(self) -> None:
        """Take it away; both ends go with one."""
        with suppress(NoCables):  # it was never laid
            _ip("link", "delete", self._name("a"))

    @property
    def _prefix(self) -> str:
        return f"10.211.{(os.getpid() * 4 + self.number) % 256}"

    def _name(self, end: str) -> str:
        return f"sk{os.getpid()}{end}{self.number}"  # at most 15 characters


class Network:
    """``with Network(2) as network:`` has two cables into a namespace; raises ``NoCables`` where that is refused."""

    handle: int  #: of the namespace, for as long as this is open

    def __init__(self, cables: int) -> None:
        self.cables = [Cable(self, number) for number in range(cables)]

    def __enter__(self) -> Self:
        self._home = os.open(OWN, os.O_RDONLY)
        try:
            _checked(KERNEL.unshare(CLONE_NEWNET))
        except NoCables:
            os.close(self._home)
            raise
        self.handle = os.open(OWN, os.O_RDONLY)
        _checked(KERNEL.setns(self._home, CLONE_NEWNET))
        try:
            with self.inside():
                _ip("link", "set", "lo", "up")
            for cable in self.cables:
                cable.lay()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """This thread, and what it starts meanwhile, is in the namespace."""
        _checked(KERNEL.setns(self.handle, CLONE_NEWNET))
        try:
            yield
        finally:
            _checked(KERNEL.setns(self._home, CLONE_NEWNET))

    def _end(self) -> None:
        for cable in self.cables:
            cable.remove()
        os.close(self.handle)
        os.close(self._home)


def refused() -> str:
    """Why this machine lets us make no network of our own; "" if it does."""
    try:
        with Network(1):
            return ""
    except NoCables as error:
        return str(error)


def _checked(result: int) -> None:
    if result:
        raise NoCables(f"a network namespace is refused: {os.strerror(ctypes.get_errno())}")


def _ip(*words: str) -> None:
    try:
        done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=10, check=False)
    except FileNotFoundError:
        raise NoCables("there is no `ip`: apt-get install iproute2") from None
    if done.returncode:
        raise NoCables(f"ip {' '.join(words)}: {done.stderr.strip()}")
