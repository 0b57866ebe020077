"""Every mistake is named on its line, marked here by ``#!``, with its mend (INTERFACE, Configuration; issue 2)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import ConfigError, Problem
from bot.settings import Kind
from bot.settings import load as load_file

Load = Callable[..., object]
Problems = Callable[..., tuple[Problem, ...]]

FEED = '[[feeds]]\nname = "n"\nkind = "feed"\nurl = "https://n.example/feed"\n'
POSTS = '[[feeds]]\nname = "n"\nkind = "jekyll"\n'
CHAT = '[[accounts]]\nname = "a"\nkind = "chat"\n'
TOKEN = 'token = "chat-token-1"\n'
ROOM = 'targets = ["@news"]\n'
ACCOUNT = CHAT + TOKEN + ROOM
ODD = '[[accounts]]\nname = "o"\nkind = "odd"\n' + ROOM

HOUSE = [
    ('[sokbo]\nstroe = "x" #!', '[sokbo] knows no stroe (did you mean "store"?)'),
    ("[sokbo]\nzzzz = 1 #!", "(known: inbound, keep, language, page, public_url, store, timezone)"),
    ('language = "ko" #!', "the file knows no language (known: accounts, feeds, fetch, sandbox, sokbo)"),
    ("[sokbox] #!", 'knows no sokbox (did you mean "sokbo"?)'),
    ("sokbo = 1 #!", "sokbo should be a table (write it [sokbo], once)"),
    ("[[sokbo]] #!", "sokbo should be a table"),
    ("[sokbo]\nlanguage = 1 #!", "language = 1 should be text, in quotes"),
    ('[sokbo]\nlanguage = "kr" #!', 'language = "kr" is none of ko, en'),
    ('[sokbo]\ntimezone = "Asia/Soul" #!', 'is no time zone (did you mean "Asia/Seoul"'),
    ('[sokbo]\ntimezone = "Seoul" #!', '"Asia/Seoul"'),
    ('[sokbo]\ntimezone = "new york" #!', '"America/New_York"'),
    ('[sokbo]\ntimezone = "Asia" #!', "is no time zone"),
    ('[sokbo]\ntimezone = "../etc/passwd" #!', 'write an IANA name such as "Asia/Seoul"'),
    ('[sokbo]\npage = "8700" #!', 'is no address to listen on (write host and port: "127.0.0.1:8700")'),
    ('[sokbo]\npage = "::1:8700" #!', "is no address to listen on"),
    ('[sokbo]\npage = "127.0.0.1:87000" #!', "has no port that exists"),
    ('[sokbo]\npage = "127.0.0.1:http" #!', "has no port that exists"),
    (
        '[sokbo]\npage = "0.0.0.0:8700" #!',
        'would show the page to others (it has no password yet: use "127.0.0.1:8700"',
    ),
    ('[sokbo]\npage = "news.example:80" #!', "would show the page to others"),
    ("[sokbo]\npage = 8700 #!", "page = 8700 should be text, in quotes"),
    ('[sokbo]\nstore = "postgresql://a@b" #!', 'names no database (write it so: "postgresql://user@host:5432/db")'),
    ('[sokbo]\nstore = "postgresql:c" #!', "names no database"),
    ('[sokbo]\nstore = "postgresql://a@b:port/c" #!', "is no address of a database"),
    ('[sokbo]\nstore = "sqlite://var/sokbo.db" #!', 'names no store (use "sqlite:///var/sokbo.db" (relative)'),
    ('[sokbo]\nstore = "var/sokbo.db" #!', 'store = "var/sokbo.db" names no store'),
    ('[sokbo]\nstore = "sqlite:///" #!', "names no store"),
    ('[sokbo]\nstore = "sqlite:///:memory:" #!', "would forget everything at each start"),
    ('[sokbo]\nstore = "sqlite:///a\\nb" #!', "should be one line of text"),
    ('[sokbo]\ninbound = "0.0.0.0:8702" #!', "there is no public_url"),
    ('[sokbo]\npublic_url = "https://a.kr"\ninbound = "8702" #!', "is no address to listen on"),
    ('[sokbo]\npublic_url = "https://a.kr"\ninbound = "127.0.0.1:8700" #!', "inbound and the page both want"),
    ('[sokbo]\npublic_url = "https://a.kr/?key=1" #!', "should be a plain address"),
    ('[sokbo]\npublic_url = "news.example" #!', "is no http(s) address"),
    ('[fetch]\nallow_private = "10.0.0.0/8" #!', "allow_private should be a list"),
    ('[fetch]\nallow_private = [\n  "10.0.0.0/8",\n  "10.0.0.7/8", #!\n]', 'did you mean "10.0.0.0/8"?'),
    ('[fetch]\nallow_private = ["home"] #!', "is no network (write an address and how many of its bits count"),
    ("[fetch]\nallow_private = [1] #!", "allow_private = 1 should be text, in quotes"),
    ('[fetch]\ncontact = "a\\r\\nHost: b" #!', "should be one line of text (take out line breaks"),
    ('[fetch]\ntimeout = "5s" #!', "[fetch] knows no timeout"),
    ('[sandbox]\nlisten = "here" #!', "is no address to listen on"),
    ('[sandbox]\nlisten = "127.0.0.1:8700" #!', "both want 127.0.0.1:8700"),
    ('[sandbox]\nlog = "" #!', 'log = "" is empty'),
    ("[sandbox]\nport = 1 #!", "[sandbox] knows no port"),
]

FEEDS = [
    ("feeds = 1 #!", "feeds should be a list of tables (begin each with [[feeds]])"),
    ('[feeds] #!\nname = "n"', "begin each with [[feeds]]"),
    ('[[feeds]] #!\nkind = "feed"\nurl = "https://n.example/"', "[[feeds]] lacks name"),
    ('[[feeds]]\nname = " " #!\nkind = "feed"\nurl = "https://n.example/"', "is empty"),
    ('[[feeds]] #!\nname = "n"\nurl = "_posts"', '[[feeds]] "n" lacks kind (kind = "jekyll" or kind = "feed")'),
    ('[[feeds]]\nname = "n"\nkind = "rss" #!\nurl = "x"', 'kind = "rss" is none of jekyll, feed'),
    ('[[feeds]] #!\nname = "n"\nkind = "feed"', '[[feeds]] "n" lacks url'),
    (FEED + FEED.replace('"n"', '"n" #!'), 'name = "n" is taken: line 2 has it'),
    (FEED + "evry = 1 #!", '[[feeds]] "n" knows no evry (did you mean "every"?)'),
    (POSTS + 'url = "_post" #!', 'url = "_post" is a folder that does not exist (relative paths count from'),
    (POSTS + 'url = "sokbo.toml" #!', "is a file (name the folder"),
    (POSTS + 'url = "https://n.example/feed" #!', "is no folder on this machine, and no git repository"),
    (POSTS + 'url = "newsdao.git" #!', 'url = "newsdao.git" is a folder that does not exist'),
    (POSTS + 'url = "git@github.com:n/n" #!', "would need an SSH key (name the repository's https address, \"https"),
    (POSTS + 'url = "ssh://git@n.example/n.git" #!', "would need an SSH key"),
    (POSTS + 'url = "git://n.example/n.git" #!', "url is no http(s) address"),
    (POSTS + 'url = "https://me:secret@n.example/n.git" #!', "url holds a name or a password"),
    (POSTS + 'url = "file:///nowhere/n.git" #!', "url names no git repository on this machine"),
    (POSTS + 'url = "file://n.example/n.git" #!', "url names no git repository on this machine"),
    (POSTS + 'url = "_posts"\nbranch = "main" #!', "branch has no effect: a folder is read as it lies there"),
    (POSTS + 'url = "https://n.example/n.git"\nbranch = "a b" #!', 'branch = "a b" is no name of a branch'),
    (POSTS + 'url = "https://n.example/n.git"\nbranch = "../main" #!', "is no name of a branch"),
    (POSTS + 'url = "_posts"\nfolder = "docs" #!', "folder has no effect: a folder is read as it lies there"),
    (POSTS + 'url = "https://n.example/n.git"\nfolder = "../docs" #!', "is no folder that holds a site (name the one"),
    (POSTS + 'url = "https://n.example/n.git"\nfolder = "/" #!', "is no folder that holds a site"),
    (POSTS + 'url = "https://n.example/n.git"\nfolder = "docs/_posts" #!', "is no folder that holds a site"),
    (FEED + 'folder = "docs" #!', "folder has no effect: a feed is one document"),
    (POSTS + 'url = "_posts"\nuser = "desk" #!', "user has no effect: what lies on this machine asks for no name"),
    (POSTS + 'url = "_posts"\nheaders = { "X-Key" = "k" } #!', "headers has no effect: what lies on this machine"),
    (POSTS + 'url = "_posts"\ncollections = ["_news"] #!', "is no collection (name it as _config.yml does"),
    (POSTS + 'url = "_posts"\ncollections = ["../x"] #!', "is no collection"),
    (FEED.replace('/feed"', '/n.git" #!'), 'url is a git repository (for the posts in it, kind = "jekyll" in the'),
    (FEED + 'branch = "main" #!', "branch has no effect: a feed is one document"),
    (FEED + 'collections = ["news"] #!', "collections has no effect"),
    (
        FEED.replace('feed"\n', 'feed" \n').replace("https://n.example/feed", "_posts").rstrip() + " #!",
        'kind = "jekyll"',
    ),
    ('[[feeds]]\nname = "n"\nkind = "feed"\nurl = "ftp://n.example/feed" #!', "url is no http(s) address"),
    ('[[feeds]]\nname = "n"\nkind = "feed"\nurl = "https://n.example:x/" #!', "url is no address"),
    ('[[feeds]]\nname = "n"\nkind = "feed"\nurl = "https:///feed" #!', "url is no http(s) address"),
    (FEED + 'site = "newsdao.kr" #!', 'site = "newsdao.kr" is no http(s) address (write it in full: "https://…")'),
    (FEED + 'permalink = "/:title/" #!', "permalink has no effect"),
    (POSTS + 'url = "_posts"\npermalink = ":title" #!', "is no permalink (start it with a slash"),
    (FEED + "every = 60 #!", 'every = 60 is no duration (write a number and its unit, in quotes: "200ms", "60s"'),
    (FEED + 'every = "60" #!', "is no duration"),
    (FEED + 'every = "5 minutes" #!', 'every = "5 minutes" is no duration'),
    (FEED + 'every = "1.5h" #!', "is no duration"),
    (FEED + 'every = "-5s" #!', "is no duration"),
    (FEED + 'every = "９s" #!', "is no duration"),
    (FEED + 'every = "200ms" #!', 'every = "200ms" is too short (at least "1s")'),
    (FEED + 'every = "60s"\nfastest = "2m" #!', "fastest is longer than every"),
    (FEED + 'every = "60s"\nslowest = "30s" #!', "slowest is shorter than every (make every shorter instead)"),
    (FEED + 'every = "999999999999d" #!', 'is too long (at most "7d")'),
    (FEED + 'link_wait = "8d" #!', 'is too long (at most "7d")'),
    (FEED + "first_run = -1 #!", "first_run = -1 is neither a count nor an age"),
    (FEED + "first_run = true #!", "first_run = true is neither a count nor an age"),
    (FEED + "first_run = 1.5 #!", "is neither a count nor an age"),
    (FEED + 'first_run = "5" #!', 'or an age in quotes: "2h"'),
    (FEED + 'first_run = "99999d" #!', "is too long"),
    (FEED + 'breaking = "속보" #!', "should be a list of labels, or true or false"),
    (FEED + 'breaking = ["속보", 1] #!', "should be text, in quotes"),
    (FEED + 'breaking = [""] #!', "is empty"),
    (FEED + 'removed = "keep" #!', "removed has no effect: a feed drops its old posts by itself"),
    (FEED + 'same_event = "drop" #!', 'same_event = "drop" is none of thread, join, separate'),
    (POSTS + 'url = "_posts"\nremoved = "delete" #!', 'removed = "delete" is none of keep, retract'),
    (POSTS + 'url = "_posts"\nremoved = true #!', "removed = true should be text, in quotes"),
    (FEED + "link_wait = 1979-05-27 #!", "link_wait is no duration"),
]

ACCOUNTS = [
    ("[accounts] #!", "accounts should be a list of tables (begin each with [[accounts]])"),
    ('[[accounts]] #!\nkind = "chat"\n' + TOKEN + ROOM, "[[accounts]] lacks name"),
    ('[[accounts]] #!\nname = "a"\ntoken = "t"\n' + ROOM, '[[accounts]] "a" lacks kind (name the platform'),
    (
        '[[accounts]]\nname = "a"\nkind = "chatt" #!\nfoo = 1\n' + ROOM,
        "is no platform that Sokbo knows (known: chat, hooks",
    ),
    (ACCOUNT + ACCOUNT.replace('"a"', '"a" #!').replace("@news", "@b"), 'name = "a" is taken: line 2 has it'),
    (ACCOUNT + "feed = 1 #!", '[[accounts]] "a" knows no feed (did you mean "feeds"?)'),
    (ACCOUNT + 'tokn_file = "x" #!', 'did you mean "token_file"?'),
    (
        CHAT.replace("]]", "]] #!") + ROOM,
        '[[accounts]] "a" lacks token (token = "${…}" takes it from the environment, token_file',
    ),
    (CHAT + ROOM + "token = 5 #!", "token should be text, in quotes"),
    (CHAT + ROOM + 'token = " " #!', "token is empty"),
    (CHAT + ROOM + 'token = "${NOWHERE}" #!', "token needs ${NOWHERE}, which the environment does not have"),
    (CHAT + ROOM + 'token = "${EMPTY}" #!', "token is empty"),
    (CHAT + ROOM + 'token_file = "no/such" #!', 'token_file = "no/such" cannot be read: No such file or directory'),
    (CHAT + ROOM + 'token_file = "_posts" #!', "cannot be read: Is a directory"),
    (CHAT + ROOM + 'token_file = "blank" #!', 'token_file = "blank" is empty'),
    (CHAT + ROOM + 'token_file = "binary" #!', "holds no UTF-8 text"),
    (CHAT + ROOM + "token_file = 1 #!", "token_file = 1 should be text, in quotes"),
    (ACCOUNT + 'token_file = "blank" #!', "token and token_file are both there (keep one of them)"),
    (ACCOUNT + 'base_url = "http://chat.example" #!', "base_url would send the token unencrypted (use https"),
    (ACCOUNT + 'base_url = "http://127.1/" #!', "would send the token unencrypted"),
    (ACCOUNT + 'base_url = "https://me:pw@chat.example" #!', "should be a plain address"),
    (ACCOUNT + 'base_url = "https://chat.example/?a=b" #!', "should be a plain address"),
    (ACCOUNT + 'base_url = "chat.example" #!', "is no http(s) address"),
    (ACCOUNT + 'feeds = "n" #!', "feeds should be a list"),
    (FEED + ACCOUNT + 'feeds = ["nn"] #!', 'feeds = "nn" is no feed of this file (did you mean "n"?)'),
    (ACCOUNT + 'feeds = ["n"] #!', "there is none yet: add [[feeds]]"),
    (ACCOUNT + 'language = "jp" #!', "is none of ko, en"),
    (ACCOUNT + 'notify = "breakng" #!', 'is none of all, breaking, none (did you mean "breaking"?)'),
    (ACCOUNT + 'picture = "big" #!', "is none of photo, preview, none"),
    (ACCOUNT + 'unconfirmed = "again" #!', "is none of resend, hold"),
    (ACCOUNT + 'corrections = "edits" #!', 'corrections = "edits" is none of auto, edit, none (did you mean "edit"?)'),
    (ACCOUNT + "corrections = false #!", "corrections = false should be text, in quotes"),
    ('[[accounts]] #!\nname = "a"\nkind = "chat"\n' + TOKEN, '[[accounts]] "a" has no targets'),
    (CHAT + TOKEN + "targets = [] #!", "has no targets (targets = [ … ]: at least one place to post to)"),
    (CHAT + TOKEN + 'targets = "@news" #!', "targets should be a list"),
    (CHAT + TOKEN + "targets = [true] #!", "a target is a name in quotes, a number, or a table"),
    (CHAT + TOKEN + "targets = [1.5] #!", "a target is a name in quotes, a number, or a table"),
    (CHAT + TOKEN + 'targets = [\n  "@b",\n  "news", #!\n]', '"news" is no room: name one like "@news"'),
    (CHAT + TOKEN + "targets = [5] #!", '"5" is no room'),
    (CHAT + TOKEN + 'targets = ["${NOWHERE}"] #!', "needs ${NOWHERE}"),
    (
        CHAT + TOKEN + 'targets = [\n  { id = "@b", only = "braking" }, #!\n]',
        'only = "braking" is none of all, breaking',
    ),
    (CHAT + TOKEN + 'targets = [{ id = "@b", notify = 1 }] #!', "notify = 1 should be text, in quotes"),
    (
        CHAT + TOKEN + 'targets = [{ id = "@b", tread = 5 }] #!',
        'the target has no use for tread (did you mean "thread"?)',
    ),
    (CHAT + TOKEN + 'targets = ["@b",\n "@b"] #!', "@b is the same place as the target on line 5"),
    (
        CHAT + TOKEN + '[[accounts.targets]]\nid = "@b"\n[[accounts.targets]] #!\nid = "@b"\n',
        "@b is the same place as the target on line 5",
    ),
    (CHAT + TOKEN + 'targets = [{ webhook_file = "no/such" }] #!', 'webhook_file = "no/such" cannot be read'),
    (ACCOUNT + ACCOUNT.replace('"a"', '"b"').rstrip() + " #!", "@news is the same place as the target on line 5"),
    (
        ACCOUNT + ACCOUNT.replace('"a"', '"b"').rstrip() + ' #!\nbase_url = "https://chat.example/"',
        "for the same credential (keep one",
    ),
    (ODD.replace("]]\nname", "]] #!\nname"), '[[accounts]] "o" lacks pages (add pages = …)'),
    (ODD + 'pages = "3" #!', 'pages = "3" should be a whole number'),
    (ODD + "pages = true #!", "pages = true should be a whole number"),
    (ODD + "pages = 3\nshare = true #!", "share = true should be a number"),
    (ODD + 'pages = 3\nshare = "1" #!', "should be a number"),
    (ODD + "pages = 3\nshare = nan #!", "should be a finite number"),
    (ODD + "pages = 3\nloud = 1 #!", "loud = 1 should be true or false"),
    (ODD + "pages = 3\nroom = 1 #!", "room = 1 should be text, in quotes"),
    (ODD.replace('["@news"]', '[{ id = "@b", x = 1 }] #!') + "pages = 3", "an odd room has an id and nothing else"),
    (ODD + 'pages = 3\nroom_file = "x" #!', "knows no room_file"),
]

TOML = [
    ("[sokbo]\nlanguage = ko #!", 'is no TOML, column 12: Invalid value (text stands in "quotes"'),
    ("[sokbo]\nlanguage #!", "a line is: key = value"),
    ('[sokbo]\npage = ""\npage = "" #!', "Cannot overwrite a value (the key stands there twice: keep one)"),
    ("[sokbo]\n[fetch]\n[sokbo] #!", "the table stands there twice: keep one"),
    ('[sokbo]\npage = "127 #!\n', "a text ends with its quote, on the same line"),
    ('[sokbo]\npage = "\\x" #!', "write a backslash twice"),
    ('[sokbo]\npage = "a" "b" #!', "one key a line"),
    ("a = [1,\n2 #!", "close the list with ]"),
    ("[[feeds] #!", "close the table's name"),
    ("a = { b = 1 #!\n}", "{ … } stays on one line"),
    ("= 1 #!", "see toml.io for how it is written"),
]


@pytest.mark.parametrize(("text", "words"), HOUSE + FEEDS + ACCOUNTS + TOML)
def test_each_mistake_is_named_on_its_line_and_alone(text: str, words: str, problems: Problems) -> None:
    Path("blank").write_text("\n")
    Path("binary").write_bytes(b"\xff\xfe")
    (problem,) = problems(text, EMPTY="")
    assert words in str(problem)
    line = 1 + next(number for number, content in enumerate(text.splitlines()) if "#!" in content)
    assert problem.where == f"sokbo.toml:{line}"
    assert problem.mend or "should be" in problem.what or "room" in problem.what


def test_all_mistakes_come_at_once_in_the_order_of_the_file(problems: Problems) -> None:
    found = problems(
        '[sokbo]\nlanguage = "kr"\npage = "8700"\nfoo = 1\n'
        '[[feeds]]\nname = "n"\nkind = "feed"\nurl = "x"\nevery = 5\n'
        '[[accounts]]\nname = "a"\nkind = "chat"\ntoken = "${NO}"\nfeeds = ["n", "m"]\ntargets = ["@a", "b", "@a"]\n'
        '[[accounts]]\nname = "a"\nkind = "irc"\nnotify = "loud"\nwhat = 1\n[more]\n'
    )
    lines = [int(problem.where.rpartition(":")[2]) for problem in found]
    assert lines == [2, 3, 4, 8, 9, 13, 14, 15, 15, 16, 17, 18, 19, 21]


def test_a_missing_file_says_where_to_get_one(kinds: Callable[[str], Kind]) -> None:
    with pytest.raises(ConfigError) as error:
        load_file(Path("conf/none.toml"), {}, kinds)
    (problem,) = error.value.problems
    assert problem.where == "conf/none.toml"
    assert problem.what == "there is no such file"
    assert "--config or $SOKBO_CONFIG" in problem.mend


def test_a_folder_is_no_file(kinds: Callable[[str], Kind]) -> None:
    with pytest.raises(ConfigError, match="_posts: cannot be read: Is a directory"):
        load_file(Path("_posts"), {}, kinds)


def test_a_file_in_another_encoding_is_named_with_its_line(problems: Problems) -> None:
    (problem,) = problems("[sokbo]\n# 속보\n".encode("cp949"))
    assert str(problem) == "sokbo.toml:2: is no UTF-8 text (save the file as UTF-8)"


def test_a_text_that_is_never_closed_is_named_with_the_last_line(problems: Problems) -> None:
    (problem,) = problems('[sokbo]\npage = """\n\n')
    assert str(problem) == "sokbo.toml:3: is no TOML: Unterminated string (close the text with its quote)"


def test_a_problem_quotes_what_the_file_says_not_what_the_environment_holds(problems: Problems) -> None:
    (problem,) = problems('[sokbo]\nlanguage = "${TONGUE}"\n', TONGUE="hidden")
    assert problem.what == 'language = "${TONGUE}" is none of ko, en'


def test_what_is_too_short_for_a_secret_garbles_no_sentence(problems: Problems) -> None:
    (problem,) = problems(CHAT + 'token = "e"\ntargets = ["news"]')
    assert problem.what == '"news" is no room: name one like "@news"'


@pytest.mark.parametrize(
    "text",
    [
        CHAT + 'token = "s3cret-of-ours"\ntargets = ["s3cret-of-ours"]\n',
        CHAT + TOKEN + 'targets = ["https://hooks.example/333/s3cret-of-ours"]\n',
        CHAT + TOKEN + 'targets = [{ webhook = "https://hooks.example/333/s3cret-of-ours", room = 1 }]\n',
        CHAT + 'token = ["s3cret-of-ours"]\n' + ROOM,
        CHAT + 'tokne = "s3cret-of-ours"\n' + TOKEN + ROOM,
        CHAT + 'token = "${KEY}"\nlanguage = "${KEY}"\n' + ROOM,
        CHAT + TOKEN + ROOM + 'base_url = "https://bot:s3cret-of-ours@chat.example"\n',
        '[sokbo]\nstore = "postgresql://sokbo:s3cret-of-ours@db/"\n',
        '[[feeds]]\nname = "n"\nkind = "feed"\nurl = "ftp://n:s3cret-of-ours@n.example/"\n',
    ],
)
def test_no_problem_holds_a_secret(text: str, problems: Problems) -> None:
    found = problems(text, KEY="s3cret-of-ours")
    assert found
    assert "s3cret" not in "".join(map(str, found))


EVERYTHING = f"""[sokbo]
store = "sqlite:///x"
page = ""
inbound = ""
public_url = ""
language = "ko"
timezone = "UTC"
[fetch]
allow_private = []
contact = ""
[sandbox]
listen = "127.0.0.1:0"
log = "x"
{POSTS}url = "_posts"
site = "https://n.example"
permalink = "/:title/"
every = "1s"
first_run = 0
breaking = []
link_wait = "0s"
{ACCOUNT}base_url = "https://chat.example"
feeds = []
language = "ko"
notify = "all"
picture = "none"
unconfirmed = ""
"""
STRANGE = [
    "1",
    "-1",
    "true",
    "1.5",
    "inf",
    '""',
    '"\\u0000"',
    '"[::1"',
    '"x"',
    "[]",
    "[[]]",
    "[{}]",
    "{}",
    "{a = 1}",
    "07:32:00",
]


@pytest.mark.parametrize("value", STRANGE)
def test_whatever_stands_at_a_key_is_right_or_a_problem(value: str, load: Load) -> None:
    lines = EVERYTHING.splitlines()
    for number, content in enumerate(lines):
        key, equals, _ = content.partition(" = ")
        if not equals:
            continue
        text = "\n".join([*lines[:number], f"{key} = {value}", *lines[number + 1 :]])
        try:
            load(text)
        except ConfigError as error:
            wrong = {problem.where for problem in error.problems}
        else:
            continue
        assert f"sokbo.toml:{number + 1}" in wrong, text


def test_accounts_whose_credentials_are_unknown_are_not_taken_for_one(problems: Problems) -> None:
    """One mistake costs one line: two missing tokens are no equal tokens."""
    found = problems(CHAT + ROOM + CHAT.replace('"a"', '"b"') + ROOM)
    assert [problem.what for problem in found] == ['[[accounts]] "a" lacks token', '[[accounts]] "b" lacks token']
