"""The two files in config/ are sound, with the adapters that they name."""

import importlib
import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.model import Style
from bot.settings import Kind, load

# discord.py's voice asks for audioop, which Python 3.11 and 3.12 deprecate
pytestmark = pytest.mark.filterwarnings("ignore:'audioop' is deprecated:DeprecationWarning")

CONFIG = Path(__file__).parents[2] / "config"
ENVIRONMENT = {
    "SOKBO_CONTACT": "desk@news.example",
    "SOKBO_POSTS": "_posts",
    "SOKBO_SECRETS": ".",
    "SOKBO_TELEGRAM_TOKEN": "1000002:" + "t" * 35,
    "SOKBO_DISCORD_TOKEN": "discord-token",
    "SOKBO_DISCORD_WEBHOOK": "https://discord.com/api/webhooks/333344445555666677/" + "w" * 68,
    "SOKBO_X_CONSUMER_KEY": "consumer-key",
    "SOKBO_X_ACCESS_TOKEN": "1-access-token",
}


def adapter(name: str) -> Kind:
    return Kind.of(importlib.import_module(f"adapters.{name}").Adapter)


def test_the_cloned_configuration_needs_no_environment_and_reaches_no_real_service(place: Path) -> None:
    """Issue 2: clone, `make run`, and the sample is delivered on all three."""
    (place / "config/sample/_posts").mkdir(parents=True)
    settings = load(CONFIG / "sokbo.toml", {}, adapter)
    assert settings.sandbox is not None
    assert [account.kind for account in settings.accounts] == ["telegram", "discord", "x"]
    for account in settings.accounts:
        assert account.options["base_url"] == f"http://{settings.sandbox.listen}/{account.kind}"
    (feed,) = settings.feeds
    assert (feed.feed.name, feed.feed.first_run, feed.site) == ("newsdao", 1, "https://newsdao.kr")
    assert feed.permalink == "/:categories/:year/:month/:day/:title/"


def test_the_cloned_tokens_are_well_formed_and_say_that_they_are_not_real(place: Path) -> None:
    (place / "config/sample/_posts").mkdir(parents=True)
    settings = load(CONFIG / "sokbo.toml", {}, adapter)
    tokens = [secret.reveal() for secret in settings.secrets]
    assert len(tokens) == 6
    assert all("sandbox" in token for token in tokens)
    assert re.fullmatch(r"\d+:[A-Za-z0-9_-]{35}", tokens[0])


def test_the_production_configuration_loads_from_the_environment_and_files(place: Path) -> None:
    (place / "x_consumer_secret").write_text("consumer-secret\n")
    (place / "x_access_token_secret").write_text("access-token-secret\n")
    settings = load(CONFIG / "production.toml", ENVIRONMENT, adapter)
    assert settings.sandbox is None
    assert [feed.feed.first_run for feed in settings.feeds] == [0]
    assert all("127.0.0.1" not in account.options["base_url"] for account in settings.accounts)
    hidden = {secret.reveal() for secret in settings.secrets}
    assert {"consumer-secret", "access-token-secret", ENVIRONMENT["SOKBO_DISCORD_WEBHOOK"]} <= hidden
    assert not any(secret in repr(settings) for secret in hidden)


@pytest.mark.parametrize("missing", sorted(ENVIRONMENT))
def test_each_variable_that_production_lacks_is_named(missing: str, place: Path) -> None:
    environment = {name: value for name, value in ENVIRONMENT.items() if name != missing}
    with pytest.raises(ConfigError, match=re.escape(f"${{{missing}}}, which the environment does not have")):
        load(CONFIG / "production.toml", environment, adapter)


def test_the_shipped_files_teach_every_key_of_a_feed() -> None:
    """A newcomer learns the keys from the file that runs, so none may be missing there."""
    text = (CONFIG / "sokbo.toml").read_text("utf-8")
    keys = ("name", "kind", "url", "site", "permalink", "every", "first_run", "breaking", "link_wait", "boilerplate")
    for key in (*keys, "removed"):
        assert re.search(rf"^{key} = .*#", text, re.MULTILINE)
    for key in ("card", "fastest", "slowest"):
        assert f"\n# {key} = " in text


def test_the_shipped_files_teach_what_becomes_of_corrections() -> None:
    assert re.search(r"^corrections = .*#", (CONFIG / "sokbo.toml").read_text("utf-8"), re.MULTILINE)


def test_the_shipped_files_teach_every_key_of_a_style() -> None:
    text = (CONFIG / "sokbo.toml").read_text("utf-8")
    for key in {each.name for each in fields(Style)} - {"language", "zone", "template"}:
        assert re.search(rf"^{key} = .*#", text, re.MULTILINE), key
    assert "\n# template = " in text
