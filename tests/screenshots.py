"""`make screenshots`: the pictures in screenshots/, from the real app at fixed sizes and times."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Final

from tests.scenes import scene, settle

TARGET: Final = Path(__file__).parents[1] / "screenshots"

#: name → conversation, theme, size in cells, keys pressed first
PICTURES: Final = {
    "night": ("borrow", "night", (120, 38), ()),
    "day": ("borrow", "day", (120, 38), ()),
    "narrow": ("borrow", "night", (64, 30), ()),
    "picker": ("borrow", "night", (120, 38), ("ctrl+o", "s", "o", "n")),
    "states": ("lisbon", "night", (120, 38), ()),
}


async def take(conversation: str, theme: str, size: tuple[int, int], keys: tuple[str, ...]) -> str:
    """Return one picture as SVG."""
    desk = scene(conversation, theme=theme)
    async with desk.app.run_test(size=size) as pilot:
        await settle(desk, pilot)
        await pilot.press(*keys)
        await pilot.pause(0.2)
        return desk.app.export_screenshot(title="poe-tui")


def main() -> None:
    """Write every picture."""
    TARGET.mkdir(exist_ok=True)
    for name, (conversation, theme, size, keys) in PICTURES.items():
        with tempfile.TemporaryDirectory() as root:
            for kind in ("DATA", "CONFIG", "CACHE"):
                os.environ[f"POE_TUI_{kind}_DIR"] = str(Path(root) / kind.lower())
            os.environ["TZ"] = "UTC"
            picture = asyncio.run(take(conversation, theme, size, keys))
        (TARGET / f"{name}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
