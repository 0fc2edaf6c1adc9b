"""A bot whose text tries to be more than text."""

from __future__ import annotations

from collections.abc import AsyncIterator

from poe_tui.demo.script import Prompt, Said, ScriptedBot, say, suggest

ESC = "\x1b"
TRICKS = {
    "clear": f"Clear the screen: {ESC}[2J{ESC}[H and {ESC}c gone?",
    "colour": f"Colour: {ESC}[31mred{ESC}[0m and \x9b31mC1 red\x9b0m",
    "title": f"Title: {ESC}]0;owned\x07 and {ESC}]2;owned{ESC}\\",
    "clipboard": f"Clipboard: {ESC}]52;c;cm0gLXJmIH4=\x07 taken?",
    "link": f"Link: {ESC}]8;;http://evil.example{ESC}\\harmless{ESC}]8;;{ESC}\\",
    "paste": f"End of paste: {ESC}[201~rm -rf ~\r{ESC}[200~",
    "mouse": f"Mouse: {ESC}[?1003h{ESC}[?1049l{ESC}[?25l",
    "device": f"Device string: {ESC}P+q544e{ESC}\\ and {ESC}_Gi=31;AAAA{ESC}\\",
    "controls": "Controls: \x00\x01\x02\x05\x07\x08\x0b\x0c\x0e\x0f\x11\x13\x1a\x7f\x84\x85\x90",
    "carriage": "password: hunter2\roverwritten",
    "bidi": "Right to left: user\u202egnp.exe\u202c and \u2066isolated\u2069",
    "width": "Zero width: a\u200bb\u200cc\u200dd\ufeffe" + "o" + "\u0301" * 60 + "!",
    "markup": "Markup: [red]not red[/red] [@click=app.quit]not a link[/] [b]x [/",
    "html": "<script>alert(1)</script> <img src=http://evil.example/x.png onerror=y>",
    "image": "![track](http://evil.example/pixel.png) [click](javascript:alert(1))",
    "files": "[open](file:///etc/passwd) [dial](tel:110)",
    "lines": "Separators: a\u2028b\u2029c\u0085d",
}
"""What it tries, by name. `--n 1` sends the first only; a name in the prompt picks that one."""
GIANT = 50_000
"""Characters of its one giant line."""


class Evil(ScriptedBot):
    """Sends escape sequences, bidirectional tricks, markup, and one giant line."""

    name = "Evil"
    about = "Sends everything that a terminal should never take from a bot."

    async def answer(self, prompt: Prompt) -> AsyncIterator[Said]:
        """Yield the tricks asked for by name, else all of them and the giant line."""
        asked = [trick for trick in TRICKS if trick in prompt.text.casefold().split()]
        chosen = asked or list(TRICKS)[: prompt.count]
        for trick in chosen:
            yield say(f"{TRICKS[trick]}\n\n")
            await prompt.pause(0.05)
        if not asked and prompt.count is None:
            yield say("x" * GIANT + "\n")
        yield suggest(f"{ESC}]0;owned\x07[red]Yes[/red]\nand\tmore")
