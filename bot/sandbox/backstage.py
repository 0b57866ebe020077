"""What the stand-ins share."""

from dataclasses import dataclass, field

from bot.sandbox.faults import Faults
from bot.sandbox.ledger import Ledger
from bot.sandbox.window import Pace


@dataclass(slots=True)
class Backstage:
    """The ledger, the plan of faults, the pace, and how many milliseconds every platform takes to answer."""

    ledger: Ledger
    faults: Faults = field(default_factory=Faults)
    pace: Pace = field(default_factory=Pace)
    latency_ms: float = 0.0
