"""The Painter's picture in the whole app: fetched, shown, saved, opened, over real HTTP."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from poe_tui.demo.picture import paint
from poe_tui.demo.service import DemoService
from poe_tui.ui.screens.dialogs import LinkDialog
from tests.ui.desk import screen_lines, wait_until
from tests.ui.test_on_the_wire import on


async def test_a_painted_picture_is_shown_saved_and_opened_by_key(
    demo: DemoService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    desk = on(demo, bot="Painter")
    async with desk.app.run_test(size=(110, 40)) as pilot:
        await desk.ask(pilot, "a quiet harbour")
        (file,) = desk.current.path()[-1].attachments
        route = (file.url or "").removeprefix(demo.base)
        assert not demo.requests(route)
        await pilot.press("shift+tab", "i")
        await wait_until(pilot, lambda: sum("▀" in x for x in screen_lines(desk.app)) > 10)
        await pilot.press("s")
        await wait_until(pilot, lambda: desk.notice == "Saved a-quiet-harbour.png in ~.")
        assert (tmp_path / "a-quiet-harbour.png").read_bytes() == paint("a quiet harbour")
        await pilot.press("s")
        await wait_until(pilot, lambda: "a-quiet-harbour-2.png" in desk.notice)
        (request,) = demo.requests(route)
        assert "authorization" not in request.headers
        await pilot.press("o")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, LinkDialog))
        assert isinstance(desk.app.screen, LinkDialog)
        assert desk.app.screen.can_open
        await wait_until(pilot, lambda: "/files/" in "\n".join(screen_lines(desk.app)))


async def test_files_are_saved_as_the_answer_ends_where_a_folder_is_set(
    demo: DemoService, tmp_path: Path
) -> None:
    desk = on(demo, bot="Painter")
    folder = tmp_path / "new" / "pictures"
    desk.services.settings = msgspec.structs.replace(desk.services.settings, downloads=str(folder))
    async with desk.app.run_test(size=(110, 40)) as pilot:
        await desk.ask(pilot, "a quiet harbour")
        await wait_until(pilot, lambda: desk.notice.startswith("Saved a-quiet-harbour.png in"))
    assert (folder / "a-quiet-harbour.png").read_bytes() == paint("a quiet harbour")
