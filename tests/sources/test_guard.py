"""No form of a private address is dialled (FAILURES.md section 1, "SSRF / rebinding / redirect"; miniflux#3947)."""

from ipaddress import ip_address

import pytest

from bot.errors import SourceError
from bot.sources.fetch import Client
from bot.sources.guard import Guard
from tests.sources.nowhere import PRIVATE, PUBLIC, Book, inside


@pytest.mark.parametrize("host", PRIVATE)
async def test_no_form_of_a_private_address_is_dialled(host: str, dialled: list[str]) -> None:
    async with Client(resolver=inside()) as client:
        with pytest.raises(SourceError):
            await client(f"http://{host}/")
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


async def test_a_public_address_is_dialled(dialled: list[str]) -> None:
    async with Client() as client:
        with pytest.raises(SourceError, match=r"93\.184\.215\.14 cannot be reached"):
            await client(f"http://{PUBLIC}/")
    assert dialled == [PUBLIC], "the table above proves nothing unless a permitted address comes this far"


async def test_a_name_is_judged_by_the_address_it_has_when_dialled(dialled: list[str]) -> None:
    # DNS rebinding: public when it is looked up first, private ever after.
    book = Book({"rebind.test": [[PUBLIC], ["127.0.0.1"], ["169.254.169.254"]]})
    async with Client(resolver=book) as client:
        for words in ("cannot be reached: ", "is not a public address", "is not a public address"):
            with pytest.raises(SourceError, match=words):
                await client("http://rebind.test/")
    assert dialled == [PUBLIC]


async def test_a_public_address_of_a_name_is_tried_though_another_is_private(dialled: list[str]) -> None:
    async with Client(resolver=Book({"two.test": [["10.0.0.1", PUBLIC]]})) as client:
        with pytest.raises(SourceError):
            await client("http://two.test/")
    assert set(dialled) == {PUBLIC}


@pytest.mark.parametrize("host", ["010.8.8.8", "0x5d.184.215.14", "1572395790", "93.184.215.14.", "1.2.3.4.5", "a.0x"])
async def test_a_number_that_others_may_read_otherwise_is_no_address(host: str, dialled: list[str]) -> None:
    """A proxy, a cache or a log may take 010.8.8.8 for 10.8.8.8: it is written plainly or not at all."""
    async with Client(resolver=Book({host: [[PUBLIC]]})) as client:
        with pytest.raises(SourceError, match="no address in its plain form"):
            await client(f"http://{host}/")
    assert dialled == []


@pytest.mark.parametrize("host", ["3com.test", "1.2.3.4.test", "0xbeef.test", "a1", "v2"])
async def test_a_name_with_numbers_in_it_is_a_name(host: str, dialled: list[str]) -> None:
    async with Client(resolver=Book({host: [[PUBLIC]]})) as client:
        with pytest.raises(SourceError, match="cannot be reached"):
            await client(f"http://{host}/")
    assert dialled == [PUBLIC]
