"""docs/configuration.md is about the settings there are."""

from __future__ import annotations

import json
import re
from pathlib import Path

from poe_tui.errors import ExitCode
from poe_tui.settings import ENVIRONMENT, Settings

PAGE = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text(encoding="utf-8")


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `(.*?)` \|", PAGE, re.MULTILINE))
    defaults = {name: json.dumps(getattr(Settings(), name)) for name in Settings.__struct_fields__}
    assert rows == defaults


def test_every_variable_and_exit_code_is_documented() -> None:
    assert all(variable in PAGE for variable in ENVIRONMENT.values())
    codes = re.findall(r"^\| ([\d, ]+) \|", PAGE, re.MULTILINE)
    assert {int(code) for code in ", ".join(codes).split(", ")} >= set(ExitCode)
