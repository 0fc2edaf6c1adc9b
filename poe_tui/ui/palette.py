"""A theme's colours, and what a `Look` becomes in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from zlib import crc32

from rich.style import Style

from poe_tui.markdown.rows import BOLD, ITALIC, STRIKE, UNDERLINE, Look

#: The colours every theme file names, in its [colors] table.
COLOURS: Final = [
    "ground",
    "side",
    "panel",
    "line",
    "prompt",
    "code",
    "text",
    "dim",
    "faint",
    "accent",
    "good",
    "warn",
    "bad",
]

#: Roles that take another colour. `code` names a ground among the colours; its text is plain.
_ROLES: Final = {
    "heading": "text",
    "link": "accent",
    "quote": "dim",
    "marker": "accent",
    "code": "text",
}
_GROUNDS: Final = {"inline": "prompt"}


class Palette:
    """The colours of one theme; immutable.

    `colours` maps each of `COLOURS` to #rrggbb, `syntax` the token roles of code, and `hues` are
    the six colours of the bots' dots.
    """

    def __init__(
        self,
        name: str,
        *,
        dark: bool,
        colours: Mapping[str, str],
        hues: tuple[str, ...],
        syntax: Mapping[str, str],
    ) -> None:
        self.name = name
        self.dark = dark
        self.colours = dict(colours)
        self.hues = hues
        self.syntax = dict(syntax)
        self._styles: dict[tuple[Look, str], Style] = {}

    def foreground(self, role: str) -> str:
        """Return the #rrggbb of a role; that of `text` for a role it does not know.

        A role or ground that is #rrggbb itself, as those of pictures are, stays as it is.
        """
        if role.startswith("#"):
            return role
        if role.startswith("syntax."):
            return self.syntax.get(role[7:], self.colours["text"])
        if role.startswith("hue") and role[3:].isdigit():
            return self.hues[int(role[3:]) % len(self.hues)]
        if role in ("inlinecode", "math"):
            return self.hues[0]
        return self.colours.get(_ROLES.get(role, role), self.colours["text"])

    def background(self, ground: str) -> str:
        """Return the #rrggbb of a ground; the transcript's own for an empty or unknown one."""
        if ground.startswith("#"):
            return ground
        if ground == "match":
            return self.colours["line"]
        if ground == "current":
            return self.colours["warn"]
        if ground == "selection":
            return self.colours["accent"]
        return self.colours.get(_GROUNDS.get(ground, ground), self.colours["ground"])

    def style(self, look: Look, ground: str = "") -> Style:
        """Return the Rich style of `look` on a row whose own ground is `ground`."""
        key = (look, ground)
        style = self._styles.get(key)
        if style is None:
            inverted = look.ground in ("accent", "selection", "current")
            attrs = look.attrs
            style = Style(
                color=self.colours["ground"] if inverted else self.foreground(look.role),
                bgcolor=self.background(look.ground or ground),
                bold=bool(attrs & BOLD) or None,
                italic=bool(attrs & ITALIC) or None,
                underline=bool(attrs & UNDERLINE) or None,
                strike=bool(attrs & STRIKE) or None,
            )
            # A picture has thousands of colours, each but a few times.
            if not look.role.startswith("#"):
                self._styles[key] = style
        return style


def hue_of(bot: str) -> int:
    """Return which of six hues is the bot's: the same on every screen and in every session."""
    # The lowest bits of the checksum give the best-known bots one hue; these tell them apart.
    return (crc32(bot.casefold().encode()) >> 11) % 6
