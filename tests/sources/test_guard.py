"""No form of a private address is dialled (FAILURES.md section 1, "SSRF / rebinding / redirect"; miniflux#3947)."""

import asyncio
import socket
from ipaddress import ip_address
from typing import Any

import pytest

from bot.errors import SourceError
from bot.sources.fetch import Client
from bot.sources.guard import Guard

PRIVATE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.255.255.254/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0/",
    "http://0.0.0.0/",
    "http://0.1.2.3/",
    "http://10.0.0.1/",
    "http://10.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.0.1/",
    "http://0xc0a80001/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://100.64.0.1/",
    "http://192.0.0.8/",
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://[64:ff9b:1::1]/",
    "http://[100::1]/",
    "http://[2001::7f00:1]/",
    "http://[2001:db8::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a00:1::1]/",
    "http://[3fff::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25lo]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[5f00::1]/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://127。0。0。1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://user@127.0.0.1/",
    "http://example.org@127.0.0.1:80/",
]


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would have been dialled; nothing is."""
    calls: list[Any] = []

    def refuse(*arguments: Any) -> socket.socket:
        calls.append(arguments)
        raise ConnectionRefusedError("no test dials")

    monkeypatch.setattr("bot.sources.guard.socket", refuse)
    return calls


@pytest.mark.parametrize("url", PRIVATE)
async def test_no_form_of_a_private_address_is_dialled(url: str, dialled: list[Any]) -> None:
    async with Client() as client:
        with pytest.raises(SourceError):
            await client(url)
    assert dialled == []


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "2a00:1450:4005:80b::200e"])
def test_public_addresses_may_be_dialled(address: str) -> None:
    assert Guard().may_dial(ip_address(address))


def test_what_is_allowed_by_name_may_be_dialled_and_nothing_else() -> None:
    guard = Guard(["127.0.0.0/8", "fd00::/8"])
    assert guard.may_dial(ip_address("127.0.0.1"))
    assert guard.may_dial(ip_address("fd00::1"))
    assert not guard.may_dial(ip_address("10.0.0.1"))
    assert not guard.may_dial(ip_address("::ffff:127.0.0.1"))


async def test_a_public_address_gets_a_socket(dialled: list[Any]) -> None:
    async with Client() as client:
        with pytest.raises(SourceError, match=r"93\.184\.215\.14 cannot be reached"):
            await client("http://93.184.215.14/")
    assert len(dialled) == 1, "the table above proves nothing unless a permitted address comes this far"


async def test_a_name_is_judged_by_the_address_it_has_when_dialled(
    dialled: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # DNS rebinding: public when it is looked up first, private ever after.
    answers = iter(["93.184.215.14", "127.0.0.1", "169.254.169.254"])

    async def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 80))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    for words in ("cannot be reached: ", "is not a public address", "is not a public address"):
        async with Client() as client:
            with pytest.raises(SourceError, match=words):
                await client("http://rebind.test/")
    assert len(dialled) == 1


async def test_a_public_address_of_a_name_is_tried_though_another_is_private(
    dialled: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(*_: Any, **__: Any) -> list[Any]:
        addresses = ("10.0.0.1", "93.184.215.14")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    async with Client() as client:
        with pytest.raises(SourceError):
            await client("http://two.test/")
    assert dialled
