"""`sokbo run --only page`: it shows a store that others drive, and one day move (issue 4, point 2)."""

import subprocess
import urllib.error
import urllib.request

import pytest

from tests.app.conftest import ROOT, Newsroom, until
from tests.app.test_upkeep import made, use


@pytest.fixture
def page(newsroom: Newsroom, postgres_url: str) -> subprocess.Popen[str]:
    """The page of a store on PostgreSQL, in a process of its own, once it answers."""
    made(postgres_url, "one")
    use(newsroom, f'store = "{postgres_url}"')
    with (newsroom.folder / "log.txt").open("a") as log:
        command = newsroom.command("run", "--only", "page")
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, text=True)
    newsroom.running.append(process)

    def answers() -> bool:
        assert process.poll() is None, newsroom.log()
        try:
            with urllib.request.urlopen(f"http://{newsroom.page}/", timeout=5) as reply:
                return bool(reply.status == 200)
        except urllib.error.URLError:
            return False

    until(answers)
    return process


def test_a_page_whose_store_moves_says_where_and_ends(
    newsroom: Newsroom, page: subprocess.Popen[str], postgres_url: str
) -> None:
    """What it shows would never change again, and what is decided on it nobody would do."""
    to = f"sqlite:///{newsroom.folder}/moved.db"
    moved = newsroom.sokbo("move", postgres_url, to)
    assert moved.returncode == 0, moved.stderr
    assert page.wait(10) == 2
    assert f"this store has moved to {to}" in newsroom.log()
    assert "Traceback" not in newsroom.log()


def test_a_page_ends_when_it_is_asked_to(newsroom: Newsroom, page: subprocess.Popen[str]) -> None:
    assert newsroom.stop(page) == 0
    assert "Traceback" not in newsroom.log()
