"""What rooms need of each other: tiny protocols, with the nouns that pass through them. `app` wires the two sides.

    transport   carries a request to a platform   Transport
    adapter     speaks for a platform             Renders, Paces (always) · Sends · Edits · Deletes · Replies ·
                                                  Finds · Costs · Shares · Checks · Rehearses
    source      is where a newsroom publishes     Source · Watches · Hears
    strangers   touch what others wrote           Fetch · Post · Asks · Parse · Pictures
    inbound     is reached from outside           Offers
    inbox       is the store to ingest            Inbox · Album
    leases      is the store to WebSub            Leases
    outbox      is the store to dispatch          Outbox
    ledger      is the store to people            Ledger (page, commands) · Intents (desk)
    account     says who is to get what           nouns only

A protocol has what its caller uses and no more. Optional powers of an adapter have one method each, or few, so that
"can this platform look a message up?" is an `isinstance`.
"""

from bot.ports.account import Account, Subscription
from bot.ports.adapter import (
    Adapter,
    Checks,
    Costs,
    Deletes,
    Edits,
    Finds,
    Paces,
    Place,
    Rehearses,
    Renders,
    Replies,
    Sends,
    Shares,
)
from bot.ports.inbound import Answer, Call, Offers, Route
from bot.ports.inbox import Admission, Album, Announced, Head, Inbox, Polled, Shipment, Taken
from bot.ports.leases import Heard, Lease, Leases, LeaseState
from bot.ports.ledger import AddedFeed, Alert, Intents, Ledger, Shown
from bot.ports.outbox import Claim, Outbox
from bot.ports.source import Hears, Reading, Source, Watches
from bot.ports.strangers import Asks, Credentials, Fetch, Fetched, Parse, Pictures, Post
from bot.ports.transport import Part, Reply, Request, Transport

__all__ = [
    "Account",
    "Adapter",
    "AddedFeed",
    "Admission",
    "Album",
    "Alert",
    "Announced",
    "Answer",
    "Asks",
    "Call",
    "Checks",
    "Claim",
    "Costs",
    "Credentials",
    "Deletes",
    "Edits",
    "Fetch",
    "Fetched",
    "Finds",
    "Head",
    "Heard",
    "Hears",
    "Inbox",
    "Intents",
    "Lease",
    "LeaseState",
    "Leases",
    "Ledger",
    "Offers",
    "Outbox",
    "Paces",
    "Parse",
    "Part",
    "Pictures",
    "Place",
    "Polled",
    "Post",
    "Reading",
    "Rehearses",
    "Renders",
    "Replies",
    "Reply",
    "Request",
    "Route",
    "Sends",
    "Shares",
    "Shipment",
    "Shown",
    "Source",
    "Subscription",
    "Taken",
    "Transport",
    "Watches",
]
