"""The receivers of one signing key: what is posted to them, and where they are."""

import datetime as dt
import hashlib
import ipaddress
import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urldefrag, urlsplit

from adapters.webhook import payload
from adapters.webhook.answers import is_yes, refusal
from adapters.webhook.body import WEB
from adapters.webhook.signature import Signer, name_of, signing_key
from bot.errors import TargetGone
from bot.model import Delivery, Limits, Message, Operation, Receipt, Secret, Story, Style, Target, Window
from bot.ports import Place, Reply, Request, Transport
from bot.text.links import absolute

REPEATS = dt.timedelta(days=3)  #: how long the standard's own schedule repeats one webhook-id (75 h, "Deliverability")
KEPT = 64  #: events that are kept as they go out; one story under way is one of them

_PATH: Final = re.compile(r"/[\w.~/-]*")


class Adapter:
    """The receivers that share one signing key; the standard wants one for each, so most accounts have one target.

    Each answers within 20 seconds (the standard: 15 to 30); how many a second, it says with a 429. While ``secret`` is
    being changed, ``previous_secret`` signs too. ``base_url`` is where targets lie that are paths: "/newsroom".

    All receivers stand in the operator's own configuration, so an address may lead anywhere, into a private network
    too. Addresses of strangers would have to go through the guarded client first (DESIGN.md section 8).
    """

    platform = "webhook"
    limits = Limits(rate=10_000.0, timeout=20.0)
    pictures = None
    styles = frozenset({"utm"})
    template = ""

    def __init__(
        self,
        transport: Transport,
        /,
        *,
        secret: Secret,
        previous_secret: Secret | None = None,
        base_url: str = "",
    ) -> None:
        self._signer = Signer(secret, previous_secret)
        self.credential = hashlib.sha256(b"webhook:" + signing_key(secret)).hexdigest()[:16]
        self._transport = transport
        self._root = base_url.rstrip("/")
        self._events = _Events()

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        """Read ``{"webhook": address}`` or ``{"id": address}`` into "host:fingerprint", and the address as its secret.

        Most such addresses hold a token somewhere, so none is stored or shown. A path, ``{"id": "/newsroom"}``, is a
        name by itself and stands as it is.
        """
        given = raw.get("webhook") or raw.get("id", "")
        if isinstance(given, str) and _PATH.fullmatch(given):
            return Target(given)
        address = urldefrag(absolute("", given.reveal() if isinstance(given, Secret) else str(given))).url
        if not address.startswith(WEB):
            raise ValueError("this is no address of a receiver: write all of it, https://…, without a user name")
        if address.startswith("http:") and not _is_here(urlsplit(address).hostname or ""):
            raise ValueError("this address of a receiver would send unencrypted: use https (http is for 127.0.0.1)")
        return Target(f"{urlsplit(address).netloc}:{_fingerprint(address)}", Secret(address))

    def per_target(self, target: Target) -> tuple[Window, ...]:  # noqa: ARG002 - the port's signature
        """As much as it answers."""
        return ()

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        """Tell everything there is, in one message."""
        return (payload.render(self.platform, story, style),)

    def plain(self, message: Message) -> None:
        """Nothing plainer: a picture is an address here, and no receiver refuses one."""

    # ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def send(self, delivery: Delivery) -> Receipt:
        """Tell that a story is published; its id is the webhook-id."""
        return Receipt((await self._post(delivery),))

    async def edit(self, delivery: Delivery) -> Receipt:
        """Tell that it was updated or corrected. It goes on being known by the webhook-id that published it."""
        await self._post(delivery)
        return delivery.posted or Receipt(())

    async def delete(self, delivery: Delivery) -> Receipt:
        """Tell that it was retracted; taking it back is the receiver's own part."""
        await self._post(delivery)
        return Receipt(())

    def safe_again(self, target: Target) -> dt.timedelta:  # noqa: ARG002 - the port's signature
        """Three days: the webhook-id is the receiver's means against doing anything twice."""
        return REPEATS

    async def _post(self, delivery: Delivery) -> str:
        """Post once; the webhook-id. Raises ``DeliveryError``."""
        url, name, now = self._address(delivery.target), name_of(delivery.key), time.time()
        body = self._events.of(delivery.message, delivery.operation).written(_original(delivery))
        headers = self._signer.sign(name, int(now), body)
        reply = await self._transport(Request("POST", url, headers, body=body, timeout=self.limits.timeout))
        if not is_yes(reply):
            raise refusal(_host(url), reply, now)
        return name

    def _address(self, target: Target) -> str:
        """Where a target is."""
        if target.secret:
            return target.secret.reveal()
        if not target.address.startswith("/"):
            raise TargetGone("the receiver's address stands no longer in the configuration")
        if not self._root:
            raise TargetGone(f"{target.address} is a path: give its account a base_url, or the target's whole address")
        return self._root + quote(target.address)

    # ── Checking and rehearsing ──────────────────────────────────────────────────────────────────────────────────

    async def whoami(self) -> str:
        """Name the key by its fingerprint: nobody can be asked about it."""
        return f"who signs with the key {self.credential[:8]}"

    async def place(self, target: Target) -> Place:
        """Name the receiver by its host and its address's fingerprint. It is not called: a call would be a story."""
        address = self._address(target)
        return Place(_fingerprint(address), _host(address))

    def rehearse(self, request: Request, number: int) -> Reply:  # noqa: ARG002 - every request here is a story
        """Answer as a receiver that takes everything."""
        return Reply(204, {}, b"")


def _original(delivery: Delivery) -> str:
    """The webhook-id that published what this is about, "" where none is known; one in doubt has its name, too."""
    if delivery.posted and delivery.posted.ids:
        return delivery.posted.ids[0]
    return name_of(delivery.sought.key) if delivery.sought else ""


# ── What goes out, kept while it is going out ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Event:
    """A payload's text. Each receiver's original is another, so it stands last and is put in as it is sent."""

    text: str

    def written(self, original: str) -> bytes:
        text = f'{self.text[:-1]},"original":{payload.written(original)}}}' if original else self.text
        return text.encode()


class _Events:
    """The newest events, so that one that goes to thousands is made once; known by the very message, not its equal."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, Operation], tuple[Message, _Event]] = OrderedDict()

    def of(self, message: Message, operation: Operation) -> _Event:
        """The event of one message and operation."""
        key = id(message), operation  # no other message has this id while this one is kept
        if key not in self._kept:
            self._kept[key] = message, _Event(payload.written(payload.event(message, operation)))
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return self._kept[key][1]


# ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_here(host: str) -> bool:
    """Whether a host is this machine and no other."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(address: str) -> str:
    return urlsplit(address).netloc


def _fingerprint(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:12]
