"""The templates in config/ are what Sokbo does by itself, and their page names every field."""

from pathlib import Path

import pytest

from bot.app.kinds import adapter_class
from bot.text.template import FIELDS, template

# discord.py's voice asks for audioop, which Python 3.11 and 3.12 deprecate
pytestmark = pytest.mark.filterwarnings("ignore:'audioop' is deprecated:DeprecationWarning")

TEMPLATES = Path(__file__).parents[2] / "config/templates"
SHIPPED = sorted(path.stem for path in TEMPLATES.glob("*.md") if path.stem != "README")


def test_every_platform_that_has_a_layout_ships_it() -> None:
    assert SHIPPED == ["bluesky", "discord", "mastodon", "slack", "telegram", "x"]


@pytest.mark.parametrize("platform", SHIPPED)
def test_the_shipped_template_is_the_adapters_own(platform: str) -> None:
    shipped = template((TEMPLATES / f"{platform}.md").read_text("utf-8"))
    assert shipped == template(adapter_class(platform).template)


def test_the_page_names_every_field() -> None:
    page = (TEMPLATES / "README.md").read_text("utf-8")
    assert all(f"`{{{name}}}` |" in page for name in FIELDS)
