"""Every field that a file, a list of bots or a server can fill, and everything that shows it."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from poe_tui.errors import BotFailed
from poe_tui.poe.catalog import Bot, Catalog, parse_models
from tests.ui.desk import Desk, screen_lines, services, wait_until

OBEYED = "\x1b]52;c;eA==\x07\x9b2J\x08\x7f\u202e\u2066\u2028[b]x[/b]"
WHEN = "2026-03-04T11:00:00Z"


def evil(name: str) -> str:
    """Return a text that begins with `name`, which tells where it is shown, and goes on badly."""
    return f"{name} {OBEYED}"


def attachments() -> list[dict[str, Any]]:
    return [
        {
            "name": evil("Qfile"),
            "content_type": evil("Qkind"),
            "url": evil("http://127.0.0.1:9/"),
            "path": "/nowhere/" + evil("Qfile").replace("/", ""),
            "size": 5,
        },
        {"name": evil("Qpicture"), "content_type": "image/png", "url": "http://127.0.0.1:9/p.png"},
    ]


def failure(kind: str) -> dict[str, Any]:
    words = {name: evil(f"Q{name}") for name in ("title", "explanation", "hint")}
    return {"kind": kind, "actions": ["continue", "retry", evil("x")], **words}


def message(name: str, parent: str | None, role: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "parent": parent, "role": role, "created": WHEN, "finished": WHEN} | more


def conversation(name: str) -> dict[str, Any]:
    """Return the fields of a conversation, all of them hostile."""
    markdown = (
        f"# {evil('Qheading')}\n\n```{evil('Qlanguage')}\n{evil('Qcode')}\n```\n\n"
        f'| {evil("Qcell")} |\n|---|\n\n[{evil("Qlink")}](http://a.b/\x1b[2J "{evil("t")}")'
    )
    return {
        "format": 1,
        "title": evil(f"Qtitle{name}"),
        "titled": True,
        "bot": evil("Qbot"),
        "created": WHEN,
        "updated": WHEN,
        "system": evil("Qsystem"),
        "parameters": {evil("qbot").casefold(): {evil("Qparameter"): evil("Qset")}},
        "mention_context": evil("Qcontext"),
        "tags": [evil("Qtag")],
        "draft": evil("Qdraft"),
        "draft_attachments": attachments()[:1],
        "queue": [
            {"id": "q", "text": evil("Qqueued"), "bot": evil("Qnext"), "attachments": attachments()}
        ],
        "head": "d",
        "messages": [
            message("a", None, "user", text=evil("Qprompt"), attachments=attachments()),
            message("b", "a", "bot", bot=evil("Qwriter"), text=markdown, attachments=attachments()),
            message("../../c", "b", "user", text=evil("Qagain"), bot=evil("Qasked")),
            message(
                "d",
                "../../c",
                "bot",
                bot=evil("Qlast"),
                text=evil("Qanswer"),
                status="truncated",
                error=failure("truncated"),
                suggested_replies=[evil("Qreply")],
            ),
            message("e", "../../c", "bot", bot=evil("Qother"), status="failed", error=failure("x")),
        ],
    }


class EvilCatalog(Catalog):
    """Bots as a hostile list names them."""

    @property
    def bots(self) -> list[Bot]:
        return parse_models({"data": [self._entry(number) for number in range(3)]})

    @staticmethod
    def _entry(number: int) -> dict[str, Any]:
        return {
            "id": evil(f"Qlisted{number}"),
            "description": evil("Qabout"),
            "owned_by": evil("Qowner"),
            "architecture": {"input_modalities": ["\x1b[2Jim"], "output_modalities": ["\x9b2J"]},
            "pricing": {"prompt": evil("1")},
            "parameters": [
                {
                    "name": evil("Qoption"),
                    "schema": {"type": "string", "enum": [evil("Qone"), evil("Qtwo")]},
                    "default_value": evil("Qusual"),
                    "description": evil("Qmeaning"),
                },
                {"name": evil("Qfree"), "schema": {"type": "string", "minimum": evil("0")}},
            ],
        }

    def find(self, name: str) -> Bot | None:
        return next((bot for bot in self.bots if bot.name == name), None)

    def load(self) -> list[Bot]:
        return self.bots

    async def refresh(self, *, force: bool = False) -> list[Bot]:
        return self.bots


def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return the app over files of which each field is hostile, in a folder of a hostile name."""
    given = services(aliases={evil("Qalias"): evil("Qlisted1")})
    given.settings = replace(given.settings, keys={evil("Qaction"): "ctrl+t"})
    given.catalog = EvilCatalog(given.client, given.paths.cache / "models.json")
    folder = given.paths.conversations
    folder.mkdir(parents=True)
    for name in ("one", "two"):
        (folder / f"{name}.json").write_text(json.dumps(conversation(name)))
    broken = {"format": 1, "messages": [{"id": "x", "role": evil("Qrole")}]}
    (folder / "broken.json").write_text(json.dumps(broken))
    (folder / "one (a\x1b[2J conflicted copy).json").write_text("{}")
    for bot in ("Qlast", "Qfavourite"):
        given.state.toggle_favourite(evil(bot))
    given.state.add_prompt(evil("Qearlier"))
    given.paths.themes.mkdir(parents=True)
    (given.paths.themes / "a\x1b[2J.toml").write_text(f"{json.dumps(evil('Qcolour'))} = 1")
    here = tmp_path / "here\x1b]0;x\x07\u202e"
    here.mkdir()
    (here / "Qnotes\x1b[2J\x07\u2066.txt").write_text("x")
    monkeypatch.chdir(here)
    return Desk(given, conversation="one", theme=evil("Qtheme"))


class Watch:
    """Presses keys, and looks at the screen after each one."""

    def __init__(self, desk: Desk, pilot: Pilot[None]) -> None:
        self._desk = desk
        self._pilot = pilot
        self.seen: set[str] = set()
        """The names of the fields that have been on the screen."""

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self._pilot.press(key)
            await self._pilot.pause()
            self.look()

    async def command(self, words: str, *keys: str) -> None:
        """Do what the palette has under `words`, then press `keys`."""
        await self.press("ctrl+p")
        await self._pilot.press(*words)
        await wait_until(self._pilot, lambda: words in self._text().casefold())
        await self.press("down", "enter", *keys)

    async def until(self, name: str) -> None:
        """Wait until the field is on the screen."""
        await wait_until(self._pilot, lambda: name in self._text())
        self.look()

    def _text(self) -> str:
        return "\n".join(screen_lines(self._desk.app))

    def look(self) -> None:
        """Assert that nothing on the screen is anything but text."""
        drawn = self._text()
        for char in set(drawn) - {"\n"}:
            assert unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp"), repr(char)
            assert not 0x202A <= ord(char) <= 0x202E, repr(char)
            assert not 0x2066 <= ord(char) <= 0x2069, repr(char)
        self.seen |= set(re.findall(r"Q[a-z]+", drawn))


async def test_what_a_conversation_holds_is_shown_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = desk(tmp_path, monkeypatch)
    async with opened.app.run_test(size=(130, 40)) as pilot:
        watch = Watch(opened, pilot)
        await watch.until("Qdraft")
        await watch.until("Qtitletwo")
        await watch.press(
            "shift+tab", "shift+tab", "g", "space", "j", "o", "escape", "k", "i", "j", "c", "y"
        )
        await watch.press("F", "down", "escape", "J", "[", "]", "e", "escape", "slash")
        await watch.press("Q", "enter", "n", "escape", "G", "o", "escape", "x", "x", "s", "v", "v")
        await watch.press("tab", "tab", "tab", "r", "escape", "p", "d", "escape")
    expected = {"title", "explanation", "hint", "reply", "queued", "prompt", "again"}
    expected |= {"heading", "code", "cell", "link", "writer", "last", "file"}
    assert {f"Q{name}" for name in expected} <= watch.seen


async def test_a_list_of_bots_is_shown_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = desk(tmp_path, monkeypatch)
    async with opened.app.run_test(size=(130, 40)) as pilot:
        watch = Watch(opened, pilot)
        await watch.until("Qdraft")
        await watch.press("ctrl+o", *"qlisted", "down", "up", "tab", "down", "tab", "tab", "escape")
        await watch.press("escape", "ctrl+a", "ctrl+k", *"@ql", "tab")
        assert "\x1b" in opened.composed
    expected = {"listed", "owner", "option", "one", "usual", "meaning", "free", "favourite"}
    assert {f"Q{name}" for name in expected} <= watch.seen


async def test_what_is_remembered_set_and_found_on_disk_is_shown_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = desk(tmp_path, monkeypatch)
    async with opened.app.run_test(size=(130, 40)) as pilot:
        watch = Watch(opened, pilot)
        await watch.until("Qdraft")
        for problem in opened.app._problems():
            opened.app.say(problem, "warning")
            await pilot.pause()
            watch.look()
        await watch.press("ctrl+r", "down", "escape", "alt+a")
        await watch.until("Qnotes")
        await watch.press("escape")
        await watch.command("system", "escape")
        await watch.command("parameters", "escape")
        await watch.command("will be sent", "down", "down", "enter", "escape", "escape")
    assert {"Qearlier", "Qnotes", "Qsystem", "Qset", "Qtheme", "Qaction"} <= watch.seen


async def test_what_a_bot_answers_is_shown_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = desk(tmp_path, monkeypatch)
    opened.bots.error = BotFailed(evil("Qreason"), hint=evil("Qadvice"))
    opened.bots.suggestions = [evil("Qsuggested")]
    async with opened.app.run_test(size=(130, 40)) as pilot:
        watch = Watch(opened, pilot)
        await watch.until("Qdraft")
        await watch.press("ctrl+n")
        await opened.ask(pilot, evil("Qasking"), wait=False)
        await watch.press("y")
        await watch.until("Qreason")
        opened.bots.error = None
        await opened.ask(pilot, evil("Qasking"), wait=False)
        await watch.press("y")
        await watch.until("Qsuggested")
    assert {"Qasking", "Qadvice"} <= watch.seen
