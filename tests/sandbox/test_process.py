"""The stand-ins in a process of their own end with the one that started them, however that ended."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import __main__ as process

LIMIT = 5.0  #: seconds that anything here may take
#: A parent that starts the stand-ins, tells their pid and address, forks a child that holds the pipe, and waits.
PARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-m", "bot.sandbox"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdin.write(sys.argv[1].encode() + b"\\n")
child.stdin.flush()
ready = child.stdout.readline().decode().strip()
holder = os.fork()
if holder:
    print(child.pid, holder, ready, flush=True)
time.sleep(30)
"""


def order(log: Path, **more: Any) -> str:
    return json.dumps({"listen": "127.0.0.1:0", "log": str(log), **more})


@contextmanager
def started(line: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-W", "error", "-m", "bot.sandbox"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as child:
        assert child.stdin
        child.stdin.write(f"{line}\n")
        child.stdin.flush()
        try:
            yield child
        finally:
            child.kill()


def is_gone(pid: int) -> bool:
    """Whether a process ends within the limit; one that nobody collected counts."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("end", ["eof", "SIGTERM", "SIGINT"])
def test_it_says_ready_serves_and_ends_cleanly(log: Path, end: str) -> None:
    keys = [dict.fromkeys(("consumer_key", "consumer_secret", "access_token", "access_token_secret"), "k")]
    with started(order(log, keys=keys)) as child:
        assert child.stdout
        assert child.stdin
        word, url = child.stdout.readline().split()
        assert word == "ready"
        with urllib.request.urlopen(f"{url}/_sandbox/accepted", timeout=LIMIT) as reply:
            assert json.load(reply) == []
        if end == "eof":
            child.stdin.close()
        else:
            child.send_signal(getattr(signal, end))
        assert child.wait(LIMIT) == 0
        assert child.stderr
        assert child.stderr.read() == ""


def test_it_dies_with_a_parent_that_was_killed_even_if_a_fork_holds_the_pipe(log: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, order(log)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid, holder, *_ = parent.stdout.readline().split()
        parent.kill()
        try:
            assert is_gone(int(pid))
        finally:
            os.kill(int(holder), signal.SIGKILL)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "one line of JSON"),
        ("nonsense", "one line of JSON"),
        ("[]", "one line of JSON"),
        ('{"listen": "127.0.0.1:0"}', "one line of JSON"),
        ('{"listen": "127.0.0.1:0", "log": "a", "keys": [{"token": "x"}]}', "one line of JSON"),
        ('{"listen": "127.0.0.1:0", "log": "a", "secrets": 5}', "one line of JSON"),
        ('{"listen": "127.0.0.1:none", "log": "%LOG"}', "cannot listen on 127.0.0.1:none"),
        ('{"listen": "127.0.0.1:99999", "log": "%LOG"}', "cannot listen on 127.0.0.1:99999"),
        ('{"listen": "127.0.0.1:0", "log": "/proc/none/log"}', "/proc/none"),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_a_sentence_and_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], log: Path, line: Any, words: Any
) -> None:
    assert _run(monkeypatch, line.replace("%LOG", str(log))) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_a_secret_in_the_order_is_one_that_webhooks_are_verified_with(log: Path) -> None:
    proof = {"webhook-id": "msg_1", "webhook-timestamp": str(int(time.time())), "webhook-signature": f"v1,{'A' * 43}="}
    with started(order(log, secrets=["whsec_" + "a2tr" * 8])) as child:
        assert child.stdout
        url = child.stdout.readline().split()[1]
        headers = {"Content-Type": "application/json", **proof}
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(urllib.request.Request(f"{url}/webhook/a", b"{}", headers), timeout=LIMIT)


def test_a_log_that_is_none_is_a_sentence_and_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], log: Path
) -> None:
    log.parent.mkdir()
    log.write_text("nonsense\n")
    assert _run(monkeypatch, order(log)) == 2
    assert "line 1 is no record" in capsys.readouterr().err


def test_an_address_that_is_taken_is_a_sentence_and_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], log: Path, tmp_path: Path
) -> None:
    with started(order(log)) as child:
        assert child.stdout
        address = child.stdout.readline().split()[1].removeprefix("http://")
        assert _run(monkeypatch, order(tmp_path / "other.jsonl", listen=address)) == 2
    assert f"cannot listen on {address}" in capsys.readouterr().err


def test_it_serves_until_the_end_of_stdin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], log: Path
) -> None:
    assert _run(monkeypatch, order(log)) == 0
    assert capsys.readouterr().out.startswith("ready http://127.0.0.1:")


def _run(monkeypatch: pytest.MonkeyPatch, line: str) -> int:
    """Run it in this process, its stdin a pipe that ends after one line."""
    read, write = os.pipe()
    os.write(write, line.encode() + b"\n")
    os.close(write)
    monkeypatch.setattr(process, "STDIN", read)
    try:
        return process.main()
    finally:
        os.close(read)
