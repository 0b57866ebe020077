"""A network that leads nowhere: names from a book, connections that are noted and not made, private addresses."""

import socket
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

PUBLIC = "93.184.215.14"

#: Hosts that are, or may be read as, an address outside the public internet.
PRIVATE = (
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0X7F.1",
    "0177.0.0.1",
    "017700000001",
    "010.8.8.8",
    "127.0.0.1.",
    "0",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "0xc0a80001",
    "169.254.169.254",
    "2852039166",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b:1::1]",
    "[100::1]",
    "[100:0:0:1::1]",
    "[2001::7f00:1]",
    "[2001:10::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[3fff::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fec0::1]",
    "[ff02::1]",
    "[5f00::1]",
    "localhost",
    "LOCALHOST",
    "inside.test",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "user@127.0.0.1",
    "user:password@[::1]",
    "example.org@127.0.0.1:80",
)


class Book(AbstractResolver):
    """Names, and the addresses that each look-up finds, one after the other; the last ones stay. It asks nobody."""

    def __init__(self, pages: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.pages = {name: list(answers) for name, answers in pages.items()}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        if host not in self.pages:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        answers = self.pages[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [ResolveResult(hostname=host, host=one, port=port, family=0, proto=0, flags=0) for one in found]

    async def close(self) -> None:
        pass


def inside() -> Book:
    """The names among the private hosts."""
    return Book({"localhost": [["127.0.0.1", "::1"]], "inside.test": [["10.0.0.1"]]})


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that would have been dialled; nothing is."""
    addresses: list[str] = []

    def note(_: socket.socket, address: tuple[Any, ...]) -> None:
        addresses.append(address[0])
        raise ConnectionRefusedError("no test dials")

    monkeypatch.setattr(socket.socket, "connect", note)  # whatever event loop calls it
    return addresses
