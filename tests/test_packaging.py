"""The wheel, as somebody gets it who installs poe-tui."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    """Return what the command prints, without the variables that lead to this checkout."""
    hidden = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name not in hidden},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_works_in_an_empty_environment(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "poe_tui/themes/night.toml",
        "poe_tui/themes/day.toml",
        "poe_tui/ui/app.tcss",
        "poe_tui/py.typed",
    } <= names
    assert not any(name.startswith("tests/") for name in names)

    venv.create(tmp_path / "empty")
    programs = tmp_path / "empty" / "bin"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    there = ("--python", programs / "python", "install", "--quiet", "--no-compile")
    run(*pip, *there, wheel, cwd=tmp_path)
    assert run(programs / "poe-tui", "--version", cwd=tmp_path).startswith("poe-tui ")
    answer = run(programs / "poe-tui", "ask", "--demo", "-b", "Echo", "hello", cwd=tmp_path)
    assert answer == "hello\n"
    themes = "from poe_tui.ui.themes import builtin_themes; print(*builtin_themes().iterdir())"
    found = run(programs / "python", "-c", themes, cwd=tmp_path)
    assert "night.toml" in found
    assert str(tmp_path) in found
