"""A delivery is believed if it is signed with our secret (WebSub section 7.1)."""

import hashlib
import hmac

import pytest

from bot.sources.websub.signature import METHODS, is_signed

BODY, SECRET = "<rss>한글</rss>".encode(), "secret"


def signature(method: str, body: bytes = BODY, secret: str = SECRET) -> str:
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


@pytest.mark.parametrize("method", METHODS)
def test_each_method_of_the_recommendation_is_known(method: str) -> None:
    assert is_signed(BODY, signature(method), SECRET)
    assert is_signed(BODY, signature(method).upper(), SECRET)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256",
        "sha256=",
        "=",
        f"md5={hmac.new(SECRET.encode(), BODY, hashlib.md5).hexdigest()}",
        signature("sha256")[:-1],
        signature("sha256") + "0",
        signature("sha256").replace("sha256", "sha1"),
        signature("sha256", BODY + b" "),
        signature("sha512", secret="other"),
        "sha256=서명",
        signature("sha256").partition("=")[2],
    ],
)
def test_anything_else_is_no_signature(header: str) -> None:
    assert not is_signed(BODY, header, SECRET)
