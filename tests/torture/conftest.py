"""What only some machines let us torture; a test that this one refuses is left out by name, and said."""

import pytest

from tests.torture import cables

CABLES = "test_cut.py"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if item.path.name == CABLES]
    if left_out and (why := cables.refused()):
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
        if (terminal := config.pluginmanager.get_plugin("terminalreporter")) is not None:
            terminal.write_line(f"left out: {', '.join(item.name for item in left_out)}: {why}")
