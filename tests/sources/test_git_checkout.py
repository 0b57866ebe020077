"""What is kept of a repository, and when it goes (issue 5, point 4)."""

from pathlib import Path

import pytest

from bot.sources.git_checkout import Checkout, sweep


def test_a_checkout_goes_when_its_feed_goes(tmp_path: Path) -> None:
    home = tmp_path / "git"
    stays, goes = (Checkout.of(home, "뉴스 다오", f"https://paper.test/{name}.git", "") for name in "ab")
    for one in (stays, goes):
        one.keep({"0" * 40: b"blob"})
    (home / "else").mkdir()
    assert list(sweep(home, {stays.path})) == [goes.path]
    assert {path.name for path in home.iterdir()} == {stays.path.name, "else"}
    assert stays.path.name.startswith("뉴스-다오-")
    assert sweep(tmp_path / "none", ()) == []


def test_another_address_branch_or_folder_is_another_checkout(tmp_path: Path) -> None:
    paths = {Checkout.of(tmp_path, "n", url, branch).path for url in ("a", "b") for branch in ("", "main")}
    paths |= {Checkout.of(tmp_path, "n", "a", "main", folder).path for folder in ("docs", "site")}
    assert len(paths) == 6


@pytest.mark.parametrize("said", ["", "[]", '{"commit": 1}', "nonsense"])
def test_a_checkout_that_cannot_be_understood_holds_nothing(tmp_path: Path, said: str) -> None:
    (tmp_path / "head.json").write_text(said)
    assert Checkout(tmp_path).head().commit == ""
    assert Checkout(tmp_path).files() == {}
