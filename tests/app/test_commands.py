"""The commands beside the bot, as INTERFACE.md promises them."""

import json
import re
import shutil
import signal
import subprocess
import sys

import pytest

from bot.cli import main
from bot.cli.ledger import _feeds_standing
from tests.app.conftest import ROOT, SAMPLE, Newsroom, until

GOLDEN = ROOT / "tests/data/golden"


def shown(newsroom: Newsroom, platform: str) -> dict[str, object]:
    """What the stand-in of one platform took, as text and marks."""
    [record] = newsroom.accepted(platform)
    body = record["body"]
    match platform:
        case "telegram":
            return {"caption": body["caption"], "caption_entities": body["caption_entities"]}
        case "discord":
            return {"embeds": body["embeds"], "alt": [each["description"] for each in body["attachments"]]}
        case _:
            return {"text": body["text"], "alt": [each["alt"] for each in body["media"]]}


@pytest.mark.parametrize("platform", ["telegram", "discord", "x"])
def test_the_samples_alert_is_golden_in_what_the_platform_took_and_in_the_preview(
    newsroom: Newsroom, platform: str
) -> None:
    """To the character: a change here is a change that readers see."""
    shutil.copytree(SAMPLE, newsroom.folder, dirs_exist_ok=True)
    [post] = newsroom.posts.iterdir()
    golden = json.loads((GOLDEN / f"sample.{platform}.json").read_text("utf-8"))
    assert newsroom.sokbo("run", "--once").returncode == 0
    assert shown(newsroom, platform) == golden["accepted"]
    [preview] = newsroom.json("preview", str(post), "--platform", platform)
    assert preview["messages"][0]["text"] == golden["text"]


def test_a_preview_has_the_promised_shape_and_no_secret(newsroom: Newsroom) -> None:
    shutil.copytree(SAMPLE, newsroom.folder, dirs_exist_ok=True)
    previews = newsroom.json("preview", str(newsroom.posts))
    assert [preview["platform"] for preview in previews] == ["telegram", "discord", "x"]
    for preview in previews:
        assert {"story", "account", "platform", "messages"} <= set(preview)
        [message] = preview["messages"]
        assert {"text", "media", "length", "limit", "unit", "requests"} <= set(message)
        assert ("entities" in message) != ("markup" in message)
        assert message["length"] <= message["limit"]
        for request in message["requests"]:
            assert {"verb", "path", "headers", "body", "files"} == set(request)
    [upload, alt, tweet] = previews[2]["messages"][0]["requests"]
    assert upload["files"][0]["bytes"] > 0
    assert alt["body"]["id"] == "$1.id"
    assert tweet["body"]["media"]["media_ids"] == ["$1.id"]
    everything = json.dumps(previews)
    assert "/telegram/bot***/sendPhoto" in everything
    assert not re.search(r"no-real-token|\"cs\"|ats", everything)
    assert newsroom.accepted() == []


PLATFORMS = ["bluesky", "discord", "mastodon", "slack", "telegram", "webhook", "x"]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_preview_of_one_platform_needs_no_account(newsroom: Newsroom, platform: str) -> None:
    """Issue 3: rendering and sending are separate powers; `preview --platform` shows what cannot be sent yet."""
    newsroom.write(accounts="")
    post = newsroom.post("one", "소식 하나")
    [preview] = newsroom.json("preview", str(post), "--platform", platform)
    assert (preview["account"], preview["messages"][0]["requests"]) == ("", [])
    assert "소식 하나" in preview["messages"][0]["text"]
    assert "소식 하나" in json.dumps(preview["messages"][0]["body"], ensure_ascii=False)


def test_an_account_that_can_only_render_is_refused_with_a_sentence(newsroom: Newsroom) -> None:
    newsroom.write(
        accounts='[[accounts]]\nname = "m"\nkind = "mastodon"\ntoken = "secret-token"\ntargets = ["me"]\nbase_url = "https://m.example"\n'
    )
    done = newsroom.sokbo("run", "--once")
    assert done.returncode == 2
    assert "mastodon can't send yet" in done.stderr


def test_a_link_that_cannot_be_computed_is_said_not_invented(newsroom: Newsroom) -> None:
    lone = newsroom.folder / "draft.md"
    lone.write_text("---\ntitle: 초안\n---\n본문이 여기에 있다.\n", "utf-8")
    done = newsroom.sokbo("preview", str(lone))
    assert "newsdao.kr" not in done.stdout
    assert "link" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["preview", "no-such-file.md"], 2, "there is no"),
        (["preview", "_posts", "--platform", "pigeon"], 2, "no adapter"),
        (["preview", "post.md", "--feed", "nobody"], 2, "nobody"),
        (["try", "nobody", "hello"], 2, "readers"),
        (["stories"], 2, "sokbo run"),
        (["dance"], 2, "invalid choice"),
        (["preview", "http://127.0.0.1:9/feed.xml"], 1, "127.0.0.1"),
    ],
)
def test_nonsense_gets_a_sentence(newsroom: Newsroom, arguments: list[str], code: int, words: str) -> None:
    newsroom.post("one")
    (newsroom.folder / "post.md").write_text("---\ntitle: x\n---\nx", "utf-8")
    here = [str(newsroom.folder / each) if each.endswith((".md", "_posts")) else each for each in arguments]
    done = newsroom.sokbo(*here)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words", ["--config {} stories", "--config none stories --config {}", "--config {} feeds list", "feeds --config {}"]
)
def test_the_configuration_may_be_named_before_the_command_and_holds_where_it_was_named_last(
    newsroom: Newsroom, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    newsroom.post("one", "소식 하나")
    assert newsroom.sokbo("run", "--once").returncode == 0
    assert main(words.format(newsroom.config).split()) == 0
    assert ("newsdao" if "feeds" in words else "소식 하나") in capsys.readouterr().out


def test_a_breaking_label_in_the_title_makes_it_breaking(newsroom: Newsroom) -> None:
    post = newsroom.post("one", "[속보] 다리가 다시 열렸다")
    [telegram, discord, _] = newsroom.json("preview", str(post))
    assert telegram["story"]["urgency"] == "breaking"
    embed = discord["messages"][0]["requests"][0]["body"]["embeds"][0]
    assert embed["color"] == 0xED4245


def test_once_says_by_its_exit_code_that_a_person_should_look(newsroom: Newsroom) -> None:
    newsroom.post("one")
    assert newsroom.sokbo("run", "--once").returncode == 0
    (newsroom.posts / "2026-11-21-three.md").write_text("no front matter", "utf-8")
    assert newsroom.sokbo("run", "--once").returncode == 1


def test_try_sends_one_test_message_marked_as_one(newsroom: Newsroom) -> None:
    done = newsroom.sokbo("try", "readers", "안녕하세요")
    assert (done.returncode, done.stdout) == (0, "@newsdao: it arrived\n")
    [record] = newsroom.accepted()
    assert record["body"]["text"].startswith("[시험] 안녕하세요")


def test_check_asks_every_credential_target_and_feed(newsroom: Newsroom) -> None:
    newsroom.post("one")
    done = newsroom.sokbo("check")
    assert done.returncode == 0, done.stdout
    assert [line[:4] for line in done.stdout.splitlines()] == ["ok  "] * 7
    assert done.stdout.endswith("has 1 post\n")
    assert newsroom.accepted() == []


def test_two_targets_that_are_one_place_are_refused(newsroom: Newsroom) -> None:
    """INTERFACE.md: targets are resolved to the platform's own id."""
    newsroom.post("one")
    assert newsroom.sokbo("check").returncode == 0
    number = newsroom.sokbo("check").stdout.split("newsdao (")[1].split(")")[0]
    accounts = newsroom.config.read_text("utf-8").replace('["@newsdao"]', f'["@newsdao", {number}]')
    newsroom.config.write_text(accounts, "utf-8")
    for command in (["check"], ["run", "--once"]):
        done = newsroom.sokbo(*command)
        assert done.returncode == 2
        assert "same place" in done.stderr


def test_lists_print_for_people_too(newsroom: Newsroom) -> None:
    newsroom.post("one", "소식 하나")
    newsroom.sokbo("run", "--once")
    assert "소식 하나" in newsroom.sokbo("stories").stdout
    assert "@newsdao" in newsroom.sokbo("deliveries").stdout
    assert "newsdao" in newsroom.sokbo("feeds").stdout
    assert "guild" in newsroom.sokbo("accounts").stdout
    assert "3 sent" in newsroom.sokbo("status").stdout
    assert newsroom.json("status")["running"] is False


def test_of_many_feeds_the_status_names_those_that_ail() -> None:
    def feed(name: str, **more: object) -> dict[str, object]:
        return {
            "name": name,
            "error": "",
            "problems": [],
            "succeeded": None,
            "interval_s": None,
            "next": None,
            "push": None,
        } | more

    well = [feed(str(number), interval_s=10.0, next="2026-11-22T03:00:10.000Z") for number in range(100)]
    assert [*_feeds_standing([*well, feed("bad", error="answered 502")])] == [
        "feed bad: answered 502, last read never",
        "100 feeds are well",
    ]
    assert [*_feeds_standing(well[:1])] == ["feed 0: well, last read never, every 10 s, next 2026-11-22T03:00:10.000Z"]


def test_the_stand_ins_run_alone_until_they_are_stopped(newsroom: Newsroom) -> None:
    process = subprocess.Popen(newsroom.command("sandbox"), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert newsroom.sandbox in process.stdout.readline()
        newsroom.post("one", "소식 하나")
        assert newsroom.sokbo("run", "--once").returncode == 0
        assert len(newsroom.accepted()) == 3
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        if process.stdout is not None:
            process.stdout.close()


def test_no_stand_in_outlives_a_bot_that_is_killed(newsroom: Newsroom) -> None:
    bot = newsroom.start()
    until(lambda: "stand-ins" in newsroom.log())
    newsroom.door("settings")
    newsroom.stop(bot, signal.SIGKILL)

    def gone() -> bool:
        try:
            newsroom.door("settings")
        except OSError:
            return True
        return False

    until(gone, 5)


def test_help_teaches(newsroom: Newsroom) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "preview", "--help"], capture_output=True, text=True, check=True
    )
    assert "examples:" in done.stdout


def test_a_preview_says_which_filter_would_keep_a_story_out(newsroom: Newsroom) -> None:
    """Issue 5, item 7: it is shown all the same, so that an operator sees what is missed."""
    text = newsroom.config.read_text("utf-8")
    filtered = text.replace('targets = ["@newsdao"]\n', 'targets = ["@newsdao"]\ninclude = { authors = ["이바다"] }\n')
    newsroom.config.write_text(
        filtered.replace('every = "60s"\n', 'every = "60s"\nexclude = { categories = ["News"] }\n')
    )
    telegram, discord, _ = newsroom.json("preview", str(newsroom.post("one", "소식 하나")))
    feed = f"it would not be sent: exclude of the feed newsdao finds “News” in categories ({newsroom.config}:"
    assert [note.startswith(feed) for note in discord["messages"][0]["notes"]] == [True]
    assert "include of the account readers finds none of “이바다” in authors" in telegram["messages"][0]["notes"][1]
