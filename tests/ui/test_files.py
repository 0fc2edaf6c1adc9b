"""Files that go with prompts, in the app: attached, kept, sent, and taken away."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from poe_tui.chat.attaching import attach as attach_file
from poe_tui.chat.conversation import Conversation
from poe_tui.chat.message import Attachment
from poe_tui.demo.service import DemoService
from poe_tui.store.pasted import keep_pasted
from poe_tui.ui import clipboard_image
from poe_tui.ui.screens.file_picker import FilePicker
from poe_tui.ui.widgets import status_bar
from poe_tui.ui.widgets.attachments import Attachments
from tests.ui.desk import Desk, screen_lines, wait_until
from tests.ui.test_on_the_wire import on

UPLOAD = "/poe_api/file_upload_3RD_PARTY_POST"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A file to attach."""
    file = tmp_path / "my notes.txt"
    file.write_text("remember the milk")
    return file


def shown(desk: Desk) -> str:
    return "\n".join(screen_lines(desk.app))


def attached(desk: Desk) -> list[str]:
    return [each.name for each in desk.current.draft_attachments]


def sent(demo: DemoService, bot: str = "Echo") -> list[list[str]]:
    """Return the names of the files that went with the last turn of each request."""
    bodies: list[Any] = [each.body for each in demo.requests(f"/bot/{bot}")]
    return [[file["name"] for file in body["query"][-1]["attachments"]] for body in bodies]


def uploads(demo: DemoService) -> int:
    return len(demo.requests(UPLOAD))


def is_composed(desk: Desk, text: str) -> bool:
    return desk.composed == text


async def paste(desk: Desk, pilot: Pilot[Any], text: str) -> None:
    desk.main.pane.composer.focus()
    await pilot.pause()
    desk.app.post_message(events.Paste(text))
    await pilot.pause()


async def attach(desk: Desk, pilot: Pilot[Any], *files: Path) -> None:
    """Drop files on the terminal, which pastes their paths."""
    before = len(desk.main.pane.composer.files.attachments)
    await paste(desk, pilot, " ".join(str(file).replace(" ", "\\ ") for file in files))
    await wait_until(
        pilot, lambda: len(desk.main.pane.composer.files.attachments) == before + len(files)
    )
    await pilot.pause()


async def test_a_dropped_file_becomes_a_chip_and_goes_with_the_prompt(notes: Path) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await attach(desk, pilot, notes)
        assert desk.composed == ""
        assert "my notes.txt  text · 17 B ×" in shown(desk)
        assert desk.notice == "Attached my notes.txt · ctrl+z pastes the text instead"
        await desk.ask(pilot, "read this")
        assert "my notes.txt  text · 17 B ×" not in shown(desk)
        (turn,) = desk.bots.requests[0].turns
        assert [(each.name, each.path, each.size) for each in turn.attachments] == [
            ("my notes.txt", str(notes), 17)
        ]
        assert desk.current.draft_attachments == []
        assert "▣ my notes.txt" in shown(desk)


async def test_ctrl_z_pastes_the_text_instead(notes: Path) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await pilot.press("a", " ")
        await attach(desk, pilot, notes)
        await pilot.press("ctrl+z")
        escaped = str(notes).replace(" ", "\\ ")
        await wait_until(pilot, lambda: desk.composed == f"a {escaped}")
        await wait_until(pilot, lambda: attached(desk) == [])
        await pilot.press("ctrl+z")
        assert desk.composed == "a "
        await attach(desk, pilot, notes)
        await pilot.press("b", "ctrl+z")
        assert attached(desk) == ["my notes.txt"]


async def test_other_text_is_pasted_as_it_is(notes: Path) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        for text in (f"{notes} and so on", "/usr/bin/no-such-thing", "and/or"):
            await paste(desk, pilot, text)
            await wait_until(pilot, partial(is_composed, desk, text))
            desk.main.pane.composer.replace_text("")
        assert attached(desk) == []


async def test_a_file_is_chosen_by_key(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(notes.parent)
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        desk.app.post_message(events.Key("alt+a", "a"))  # as most terminals send it
        await wait_until(pilot, lambda: isinstance(desk.app.screen, FilePicker))
        await wait_until(pilot, lambda: "my notes.txt" in shown(desk))
        await pilot.press(*"notes", "enter")
        await wait_until(pilot, lambda: attached(desk) == ["my notes.txt"])
        assert desk.composed == ""
        await pilot.press("alt+a")
        await wait_until(pilot, lambda: isinstance(desk.app.screen, FilePicker))
        await wait_until(pilot, lambda: "my notes.txt" in shown(desk))
        await pilot.press(*"notes", "enter")
        await wait_until(pilot, lambda: desk.notice == "my notes.txt is attached already.")
        assert attached(desk) == ["my notes.txt"]


async def test_the_picture_in_the_clipboard_is_kept_as_a_file_and_attached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def picture() -> tuple[bytes, str]:
        return b"\x89PNG", "png"

    monkeypatch.setattr(clipboard_image, "read_image", picture)
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await pilot.press("alt+v")
        await wait_until(pilot, lambda: len(attached(desk)) == 1)
        (file,) = desk.current.draft_attachments
        assert file.content_type == "image/png"
        kept = Path(file.path or "")
        assert kept.parent == desk.services.paths.pasted
        assert kept.read_bytes() == b"\x89PNG"
        assert kept.stat().st_mode & 0o777 == 0o600


async def test_pictures_that_no_prompt_has_any_more_go_at_a_start() -> None:
    desk = Desk()
    pasted = desk.services.paths.pasted
    for name in (b"1", b"2"):
        os.utime(keep_pasted(pasted, name, "png"), (0, 0))
    kept, gone = sorted(pasted.iterdir())
    desk.services.conversations.save(
        Conversation(bot="Echo", draft_attachments=[attach_file(kept)])
    )
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await wait_until(pilot, lambda: not gone.exists())
        assert kept.exists()


async def test_without_a_picture_the_status_line_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await pilot.press("alt+v")
        await wait_until(pilot, lambda: "No picture in the clipboard" in desk.notice)
        assert attached(desk) == []


async def test_backspace_in_an_empty_prompt_removes_the_last_file(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.txt", "b.txt")]
    for file in files:
        file.touch()
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await attach(desk, pilot, *files)
        await pilot.press("x", "backspace")
        assert attached(desk) == ["a.txt", "b.txt"]
        await pilot.press("backspace")
        await wait_until(pilot, lambda: attached(desk) == ["a.txt"])
        assert desk.notice == "b.txt is not sent."
        await pilot.press("backspace", "backspace")
        await wait_until(pilot, lambda: attached(desk) == [])
        assert not desk.main.query_exactly_one(Attachments).display


async def test_a_chip_is_removed_by_the_mouse_or_where_the_focus_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What was removed is said for seconds, in place of the keys.
    monkeypatch.setitem(status_bar._STAYS, "information", 0.05)
    files = [tmp_path / f"{name}.txt" for name in "abc"]
    for file in files:
        file.touch()
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await attach(desk, pilot, *files)
        chips = desk.main.query_exactly_one(Attachments)
        line = next(line for line in screen_lines(desk.app) if "a.txt" in line)
        cross = line.index("×") - chips.content_region.x
        await pilot.click(Attachments, offset=(cross + 1, 0))
        await wait_until(pilot, lambda: attached(desk) == ["b.txt", "c.txt"])
        chips.focus()
        await wait_until(pilot, lambda: "remove the file" in screen_lines(desk.app)[-1])
        await pilot.press("right", "right", "left", "right", "delete")
        await wait_until(pilot, lambda: attached(desk) == ["b.txt"])
        await pilot.press("enter")
        await wait_until(pilot, lambda: desk.main.focused is desk.main.pane.composer)
        chips.focus()
        await pilot.press("x")
        await wait_until(pilot, lambda: attached(desk) == [])
        await wait_until(pilot, lambda: desk.main.focused is desk.main.pane.composer)


async def test_files_stay_with_their_conversation_also_over_a_restart(notes: Path) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.ask(pilot, "the first")
        await attach(desk, pilot, notes)
        first = desk.current
        await pilot.press("ctrl+n")
        await wait_until(pilot, lambda: desk.current is not first)
        assert "17 B ×" not in shown(desk)
        assert desk.on_disk(first).draft_attachments == first.draft_attachments != []
        await pilot.press("alt+down")
        await wait_until(pilot, lambda: "my notes.txt  text · 17 B ×" in shown(desk))
        await pilot.press("ctrl+q")
    again = Desk(conversation=first.id)
    async with again.app.run_test(size=(100, 30)) as pilot:
        await wait_until(pilot, lambda: "my notes.txt  text · 17 B ×" in shown(again))
        await again.ask(pilot, "read this")
        assert [each.name for each in again.current.path()[2].attachments] == ["my notes.txt"]


async def test_an_unsent_prompt_of_nothing_but_a_file_is_kept(notes: Path) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await attach(desk, pilot, notes)
        first = desk.current
        await pilot.press("ctrl+n")
        await wait_until(pilot, lambda: desk.current is not first)
        assert desk.on_disk(first).draft_attachments[0].name == "my notes.txt"


async def test_a_file_goes_without_a_word(notes: Path) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await attach(desk, pilot, notes)
        await pilot.press("enter")
        await wait_until(pilot, lambda: len(desk.bots.requests) == 1)
        (turn,) = desk.bots.requests[0].turns
        assert (turn.text, [each.name for each in turn.attachments]) == ("", ["my notes.txt"])
        assert desk.current.title == "my notes.txt"


async def test_a_file_that_has_gone_stops_the_prompt_before_it_is_sent(notes: Path) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await attach(desk, pilot, notes)
        notes.unlink()
        await desk.ask(pilot, "read this", wait=False)
        await wait_until(pilot, lambda: "does not exist" in desk.notice)
        assert (desk.composed, attached(desk)) == ("read this", ["my notes.txt"])
        assert desk.bots.requests == []
        assert desk.texts == []
        notes.write_text("remember the eggs")
        await pilot.press("enter")
        await wait_until(pilot, lambda: desk.bots.requests)
        await wait_until(pilot, lambda: "Nothing was sent" not in desk.notice, turns=100)


async def test_a_queued_prompt_keeps_its_files_and_gives_them_back_when_dropped(
    notes: Path,
) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        desk.bots.hold()
        await desk.ask(pilot, "first", wait=False)
        await attach(desk, pilot, notes)
        await desk.ask(pilot, "second", wait=False)
        await wait_until(pilot, lambda: len(desk.current.queue) == 1)
        queued = desk.current.queue[0]
        assert [each.name for each in queued.attachments] == ["my notes.txt"]
        desk.main.pane._request_drop_queued(queued.id, "")
        await wait_until(pilot, lambda: attached(desk) == ["my notes.txt"])
        assert desk.composed == "second"
        desk.bots.let_go()
        await wait_until(pilot, desk.idle)


async def test_an_edited_prompt_shows_its_files_and_may_lose_them(notes: Path) -> None:
    desk = Desk()
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await attach(desk, pilot, notes)
        await desk.ask(pilot, "read this")
        prompt = desk.current.path()[0]
        other = notes.parent / "other.txt"
        other.touch()
        await attach(desk, pilot, other)
        desk.main.pane.edit_message(prompt.id)
        await wait_until(pilot, lambda: "my notes.txt  text · 17 B ×" in shown(desk))
        assert "other.txt  text" not in shown(desk)
        await pilot.press("escape")
        await wait_until(pilot, lambda: "other.txt  text · 0 B ×" in shown(desk))
        desk.main.pane.edit_message(prompt.id)
        await desk.ask(pilot, "read this again")
        assert [each.name for each in desk.current.path()[0].attachments] == ["my notes.txt"]
        desk.main.pane.edit_message(prompt.id)
        await wait_until(pilot, lambda: "my notes.txt  text · 17 B ×" in shown(desk))
        desk.main.pane.composer.files.remove()
        await desk.ask(pilot, "read nothing")
        assert desk.current.path()[0].attachments == ()
        assert [each.name for each in prompt.attachments] == ["my notes.txt"]
        assert attached(desk) == ["other.txt"]


# -- on the wire ----------------------------------------------------------------------------------


async def test_files_go_up_before_the_prompt_and_are_remembered(
    demo: DemoService, notes: Path
) -> None:
    other = notes.parent / "other.txt"
    other.write_text("two")
    desk = on(demo)
    async with desk.app.run_test(size=(100, 50)) as pilot:
        await attach(desk, pilot, notes, other)
        await desk.ask(pilot, "read these")
        assert sent(demo) == [["my notes.txt", "other.txt"]]
        assert uploads(demo) == 2
        saved = desk.on_disk().path()[0].attachments
        assert all(each.url and each.sha256 and each.uploaded for each in saved)
        await wait_until(pilot, lambda: shown(desk).count("s saves") == 2)
        desk.main.chats.regenerate(desk.current, desk.current.path()[1].id)
        await wait_until(pilot, lambda: len(sent(demo)) == 2 and desk.idle())
        assert sent(demo)[1] == ["my notes.txt", "other.txt"]
        assert uploads(demo) == 2
        conversation = desk.current.id
        await pilot.press("ctrl+q")
    again = on(demo, conversation=conversation)
    async with again.app.run_test(size=(100, 30)) as pilot:
        await wait_until(pilot, lambda: len(again.texts) == 2)
        await again.ask(pilot, "and now?")
        assert uploads(demo) == 2, "the address is remembered over a restart"


async def test_old_addresses_are_renewed_and_a_lost_file_is_a_clear_error(
    demo: DemoService, notes: Path
) -> None:
    desk = on(demo)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await attach(desk, pilot, notes)
        await desk.ask(pilot, "read this")
        prompt, answer = desk.current.path()
        prompt.attachments = (Attachment(name="my notes.txt", path=str(notes)),)
        notes.unlink()
        desk.main.chats.regenerate(desk.current, answer.id)
        await wait_until(pilot, desk.idle)
        error = desk.current.path()[1].error
        assert error is not None
        assert error.kind == "attachment"
        assert "does not exist" in error.explanation
        assert len(sent(demo)) == 1


async def test_a_file_poe_refuses_is_told_and_nothing_is_asked(
    demo: DemoService, notes: Path
) -> None:
    demo.knobs.upload_limit = 5
    desk = on(demo)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await attach(desk, pilot, notes)
        await desk.ask(pilot, "read this")
        error = desk.current.path()[1].error
        assert error is not None
        assert "too large" in error.explanation
        assert sent(demo) == []
        assert desk.texts[0] == "read this"


async def test_the_answer_says_how_far_the_files_are(demo: DemoService, notes: Path) -> None:
    demo.knobs.upload_delay = 0.6
    desk = on(demo)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await attach(desk, pilot, notes)
        await desk.ask(pilot, "read this", wait=False)
        await wait_until(pilot, lambda: "uploading my notes.txt 100 %" in shown(desk))
        await wait_until(pilot, desk.idle)
        assert "uploading" not in shown(desk)


@pytest.mark.parametrize("key", ["escape", "ctrl+q"])
async def test_who_leaves_while_a_file_goes_up_has_asked_and_spent_nothing(
    demo: DemoService, notes: Path, key: str
) -> None:
    demo.knobs.upload_delay = 60
    desk = on(demo)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await attach(desk, pilot, notes)
        await desk.ask(pilot, "read this", wait=False)
        await wait_until(pilot, lambda: "uploading my notes.txt" in shown(desk))
        conversation = desk.current
        assert desk.services.spending.ledger.expenses() != []
        await pilot.press(key)
        await wait_until(pilot, lambda: conversation.path()[-1].status == "stopped")
        await wait_until(pilot, lambda: not desk.services.spending.ledger.expenses())
    prompt, answer = desk.on_disk(conversation).path()
    assert (prompt.text, answer.status) == ("read this", "stopped")
    assert [each.name for each in prompt.attachments] == ["my notes.txt"]
    assert sent(demo) == []
    assert desk.services.spending.budget.session == 0


async def test_a_name_that_tries_to_be_something_else_is_shown_as_it_is_and_sent(
    demo: DemoService, tmp_path: Path
) -> None:
    name = "a \x1b[31mb\n\u202egnp.\"exe\" 'x'.txt"
    file = tmp_path / name
    file.write_text("remember")
    desk = on(demo)
    async with desk.app.run_test(size=(100, 30)) as pilot:
        await desk.main.pane.composer.files.add([file])
        await wait_until(pilot, lambda: "txt  text · 8 B ×" in shown(desk))
        assert not {"\x1b", "\u202e"} & set(shown(desk))
        await desk.ask(pilot, "read this")
        assert desk.current.path()[1].error is None
    assert len(sent(demo)[0]) == 1
