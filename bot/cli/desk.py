"""What a person decides of a story or an account, as the desk offers it: retract, replay, why, pause, resume."""

import argparse
from typing import TYPE_CHECKING

from bot.cli.offers import Commands, settings_of
from bot.cli.terminal import DONE, FAILED, print_json, progress, wait

if TYPE_CHECKING:
    from bot.app.decisions import Retraction

LISTED = 20  #: places under way that a retraction names
REPLAY = """\
  sokbo replay 12                  what failed, once more
  sokbo replay 12 --held           what is in doubt, too
  sokbo replay 12 --target @late   also where it was never sent"""


def offer(commands: Commands) -> None:
    """Add these commands."""
    retract = commands.add(
        "retract", "take a story back everywhere, and report what could not be recalled", _retract, data=True
    )
    retract.add_argument("story", metavar="STORY", type=int, help="its number, as `sokbo stories` shows it")
    replay = commands.add("replay", "send a story to those who missed it, and to nobody else", _replay, examples=REPLAY)
    replay.add_argument("story", metavar="STORY", type=int)
    replay.add_argument("--failed", action="store_true", help="deliveries that are dead (the default)")
    replay.add_argument("--held", action="store_true", help="deliveries that are held")
    replay.add_argument("--account", metavar="A", default="", help="only this account, and whom it never reached")
    replay.add_argument("--target", metavar="T", default="", help="only this target, even if it was never sent it")
    why = commands.add(
        "why",
        "why a target did or did not get a story, in one paragraph",
        _why,
        examples="  sokbo why 12 @newsdao",
    )
    why.add_argument("story", metavar="STORY", type=int)
    why.add_argument("target", metavar="TARGET")
    for verb, does in (("pause", "stop what an account sends; it waits"), ("resume", "let an account go on")):
        switch = commands.add(verb, does, _switch)
        switch.add_argument("account", metavar="ACCOUNT")
        switch.set_defaults(verb=verb)


def _retract(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.decisions import retract

    with progress("taking it back"):
        done = wait(retract(settings, options.story))
    if options.format == "json":
        print_json(done.recall.rows)
    else:
        _print_retraction(options.story, done)
    return FAILED if done.recall.failed else DONE


def _print_retraction(story: int, done: "Retraction") -> None:
    """What was taken back, and what could not be recalled and where."""
    recall = done.recall
    print(f"story {story} {'was retracted before' if done.repeated else 'is retracted'}: nothing more of it goes out")
    if not recall.rows:
        print("it had not gone out anywhere")
        return
    print(f"taken back in {recall.recalled} of {len(recall.places)} places")
    for what, rows in (("not recalled", recall.failed), ("changed instead", recall.changed)):
        for row in rows:
            print(f"{what}: {row['account']} → {row['target']}: {row['reason']} {row['link']}".rstrip())
    for row in recall.open[:LISTED]:
        print(f"under way: {row['account']} → {row['target']}{': ' if row['reason'] else ''}{row['reason']}")
    if len(recall.open) > LISTED:
        print(f"under way: {len(recall.open) - LISTED} more places")
    if recall.open and not done.driven:
        print("no bot runs on this store: the next one takes it back")


def _replay(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.decisions import replay
    from bot.desk import Replay

    order = Replay(
        options.story,
        failed=options.failed or not options.held,
        held=options.held,
        missed=bool(options.account or options.target),
        account=options.account,
        target=options.target,
    )
    print(wait(replay(settings, order)))
    return DONE


def _why(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.decisions import why

    print(wait(why(settings, options.story, options.target)))
    return DONE


def _switch(options: argparse.Namespace) -> int:
    settings = settings_of(options)
    from bot.app.decisions import switch

    print(wait(switch(settings, options.account, options.verb)))
    return DONE
