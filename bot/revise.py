"""Revise: what an edited story means to those who have read it, and what follows for each account. Pure.

    edited ─▶ weigh ─┬─ none      nothing that a reader could see                         touched up, where it shows
                     ├─ visible   other words, another link                               edited where that is possible
                     └─ material  other figures, names, another headline, the contrary    edited, or else answered
    retracted ─▶ deleted; where that cannot be, edited into a notice; where neither can be, said in the report

In a headline every word counts. Of an excerpt that only grew or shrank nothing was wrong; what makes way for something
else was.
"""

import json
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from enum import IntEnum
from operator import itemgetter
from typing import Final, NamedTuple

from bot.model import Corrections, Message, Operation, Priority, Story, StoryState
from bot.ports import Shipment
from bot.text.amounts import counted, replaced, same
from bot.text.contrary import contradicts
from bot.text.headline import bare
from bot.text.letters import squeeze
from bot.text.links import encoded
from bot.text.mentions import mentions, names, renamed
from bot.text.sentences import sentences
from bot.text.wording import same_wording

_ALIKE: Final = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "–": "-", "—": "-", "ㆍ": "·", "・": "·"}
)
_READ: Final = 1_000  #: characters that are compared; further on, a difference is one, whatever it says
_OVER: Final = frozenset({StoryState.RETRACTED, StoryState.KILLED})
_MARK: Final = {"ko": "[정정] ", "en": "Correction: "}
_RETRACTED: Final = {"ko": "이 기사는 철회되었습니다", "en": "This story has been retracted"}


class Weight(IntEnum):
    """How much an edit changes for a reader."""

    NONE = 0
    VISIBLE = 1
    MATERIAL = 2


class Told(NamedTuple):
    """What a story says first, as the store keeps it."""

    headline: str
    excerpt: str
    link: str


# ── What an edit means ───────────────────────────────────────────────────────────────────────────────────────────


def weigh(before: tuple[str, str, str], after: tuple[str, str, str]) -> Weight:
    """How much the edit of a headline, an excerpt and a link changes."""
    one, other = Told(*before), Told(*after)
    further = one.headline[_READ:] != other.headline[_READ:] or one.excerpt[_READ:] != other.excerpt[_READ:]
    return max(
        _headline(one.headline[:_READ], other.headline[:_READ]),
        _excerpt(one.excerpt[:_READ], other.excerpt[:_READ]),
        Weight.VISIBLE if further or encoded(one.link) != encoded(other.link) else Weight.NONE,
    )


def _headline(before: str, after: str) -> Weight:
    if _looks_the_same(before, after):
        return Weight.NONE
    before, after = bare(before), bare(after)
    one, other = counted(before), counted(after)
    asks = before.count("?") != after.count("?")
    if asks or not same(one.amounts, other.amounts):
        return Weight.MATERIAL
    unslipping = names(before) | names(after)
    return Weight.VISIBLE if same_wording(one.words, other.words, unslipping) else Weight.MATERIAL


def _excerpt(before: str, after: str) -> Weight:
    if _looks_the_same(before, after):
        return Weight.NONE
    lost, gained = _without(sentences(before), sentences(after)), _without(sentences(after), sentences(before))
    if not lost or not gained:
        return Weight.VISIBLE
    one, other = " ".join(lost), " ".join(gained)
    material = (
        replaced(counted(one).amounts, counted(other).amounts)
        or renamed(mentions(one), mentions(other))
        or any(contradicts(*pair) for pair in zip(lost, gained, strict=False))
    )
    return Weight.MATERIAL if material else Weight.VISIBLE


def _looks_the_same(before: str, after: str) -> bool:
    """Whether nobody sees a difference: spaces and the shape of quotes, dots and dashes are none, save in a figure."""
    return _seen(before) == _seen(after) and counted(before).amounts == counted(after).amounts


def _seen(text: str) -> str:
    return "".join(squeeze(text).translate(_ALIKE).split())


def _without(told: Sequence[str], others: Sequence[str]) -> list[str]:
    """The sentences that do not stand among the others."""
    left = Counter(map(_seen, others))
    missing = []
    for sentence in told:
        if left[_seen(sentence)] > 0:
            left[_seen(sentence)] -= 1
        else:
            missing.append(sentence)
    return missing


# ── What follows for each account ────────────────────────────────────────────────────────────────────────────────


def corrected(story: Story, language: str) -> Story:
    """The story as it answers what was told wrongly: marked as a correction, unless its newsroom marked it."""
    mark = _MARK.get(language, _MARK["en"])
    marked = story.headline.startswith(tuple(map(str.strip, _MARK.values())))
    return story if marked else replace(story, headline=mark + story.headline)


def corrections(
    story: Story,
    told: Mapping[tuple[str, int], Message],
    shipments: Sequence[Shipment],
    editing: Container[str],
    replying: Container[str],
    settings: Mapping[str, Corrections],
    weight: Weight,
    *,
    deleting: Container[str] = frozenset(),
) -> tuple[Shipment, ...]:
    """What makes true what each account's readers were told; accounts that need the same share a shipment.

    ``told`` is by account and part; ``shipments`` are the story as it reads now; ``editing``, ``replying`` and
    ``deleting`` are the accounts whose platform can do that; ``settings`` are by account, "auto" where none is said.
    The message of a reply is the alert as it reads now: whoever sends it renders it of ``corrected`` instead.
    """
    if story.state in _OVER:
        return ()
    priority = Priority.CORRECTION if weight else Priority.TOUCH_UP
    heeding = {name: message for name, message in told.items() if settings.get(name[0], "auto") != "none"}
    answering = {
        name
        for name, _ in heeding
        if weight is Weight.MATERIAL and settings.get(name, "auto") == "auto" and name in replying
    }
    changes = []
    for shipment in shipments:
        groups: dict[Operation, list[str]] = {}
        for account in shipment.accounts:
            operation = _needed(account, shipment.message, heeding, editing, answering)
            if operation:
                groups.setdefault(operation, []).append(account)
        changes += [Shipment((*names,), shipment.message, priority, operation) for operation, names in groups.items()]
    shown = {(account, shipment.message.part) for shipment in shipments for account in shipment.accounts}
    gone = [
        (account, message)
        for (account, part), message in sorted(heeding.items(), key=itemgetter(0))
        if (account, part) not in shown and (account, 0) in shown and account in deleting
    ]
    return (*changes, *_together(gone, priority))


def _needed(
    account: str,
    message: Message,
    told: Mapping[tuple[str, int], Message],
    editing: Container[str],
    answering: Container[str],
) -> Operation | None:
    """What makes one message true for one account's readers; a further part only goes to those who have the alert."""
    before = told.get((account, message.part))
    if (account, 0) not in told or (before is not None and _reads_the_same(before, message)):
        return None
    if account in editing:
        return "send" if before is None else "edit"
    return "reply" if message.part == 0 and account in answering else None


# ── What follows from a retraction ───────────────────────────────────────────────────────────────────────────────


class Recall(NamedTuple):
    """What takes a story back, and by account why not there."""

    shipments: tuple[Shipment, ...]
    left: Mapping[str, str]


def retraction_notice(story: Story, language: str) -> Story:
    """What stands in the place of a retracted story that its platform does not delete."""
    return Story(
        id=story.id,
        headline=_RETRACTED.get(language, _RETRACTED["en"]),
        excerpt="",
        link="",
        source=story.source,
        language=language if language in _RETRACTED else "en",
        revision=story.revision,
        state=StoryState.RETRACTED,
    )


def retraction(
    story: Story,
    told: Mapping[tuple[str, int], Message],
    notices: Mapping[str, Message],
    deleting: Container[str],
    editing: Container[str],
) -> Recall:
    """What takes back each part that each account's readers were told; ``notices`` are by account.

    Whoever delivers it deletes, and where that is refused edits the notice in.
    """
    left: dict[str, str] = {}
    recalled: list[tuple[str, Message]] = []
    for account, part in sorted(told):
        if account not in notices:
            left[account] = f"story {story.id} stays there: the account is no longer in the configuration"
        elif account in deleting or account in editing:
            recalled.append((account, replace(notices[account], part=part)))
        else:
            left[account] = f"story {story.id} stays there: its platform neither deletes nor edits what was posted"
    return Recall(_together(recalled, Priority.RETRACTION), left)


def _reads_the_same(one: Message, other: Message) -> bool:
    """Whether two messages are equal but for what was noted on the way; one of them was JSON meanwhile."""
    bare = [replace(message, notes=(), body={}) for message in (one, other)]
    return bare[0] == bare[1] and json.dumps(one.body, sort_keys=True) == json.dumps(other.body, sort_keys=True)


def _together(deleted: Sequence[tuple[str, Message]], priority: Priority) -> tuple[Shipment, ...]:
    """One shipment for all accounts of which the same is deleted, in the order in which they come."""
    groups: list[tuple[Message, list[str]]] = []
    for account, message in deleted:
        group = next((names for other, names in groups if other == message), None)
        if group is None:
            groups.append((message, [account]))
        else:
            group.append(account)
    return tuple(Shipment((*names,), message, priority, "delete") for message, names in groups)
