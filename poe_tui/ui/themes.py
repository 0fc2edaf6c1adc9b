"""Themes: TOML files of named colours, read into a `Palette` and a Textual theme.

Two come with the app, `night` and `day`; a user's own lie in the config directory and may replace
them. A file that can't be used costs only itself.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from textual.theme import Theme

from poe_tui.ui.palette import COLOURS, Palette

#: What code is made of, in a theme's [syntax] table; a role that is left out looks like text.
SYNTAX: Final = (
    "keyword",
    "string",
    "number",
    "comment",
    "name",
    "function",
    "class",
    "builtin",
    "operator",
    "decorator",
    "inserted",
    "deleted",
    "heading",
    "error",
)

#: How many colours the bots' dots have.
HUES: Final = 6

_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")


class ThemeProblem(msgspec.Struct, frozen=True):
    """A theme file that can't be used, and why, in words for its author."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.path.name}: {self.reason}"


class _Unusable(Exception):
    """Carries the reason, in words."""


def builtin_themes() -> Path:
    """Return the directory of the themes that come with the app.

    In an installed package it is `poe_tui/themes`, in a checkout `themes` at the top.
    """
    package = Path(__file__).parent.parent
    installed = package / "themes"
    return installed if installed.is_dir() else package.parent / "themes"


def load_themes(user_dir: Path | None = None) -> tuple[dict[str, Palette], list[ThemeProblem]]:
    """Return the palettes by name, `night` first, and the files that can't be used.

    `user_dir` holds the user's themes; None, or a directory that is not there, means none. A user's
    theme replaces a built-in one of the same name; of two of the user's with one name the first
    file counts.
    """
    palettes: dict[str, Palette] = {}
    problems: list[ThemeProblem] = []
    for found in _read_all(builtin_themes()):
        if isinstance(found, ThemeProblem):
            problems.append(found)
        else:
            palettes[found.name] = found
    theirs: dict[str, Palette] = {}
    for found in _read_all(user_dir) if user_dir is not None else ():
        if isinstance(found, ThemeProblem):
            problems.append(found)
        else:
            theirs[found.name] = found
    palettes.update(theirs)
    order = sorted(palettes, key=lambda name: (name != "night", name != "day", name))
    return {name: palettes[name] for name in order}, problems


def load_theme(path: Path) -> Palette:
    """Return the palette of one theme file; raises ValueError that says what is wrong with it."""
    try:
        return _parse(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    except _Unusable as error:
        raise ValueError(str(error)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"this is not TOML: {error}") from error
    except OSError as error:
        raise ValueError(f"it can't be read: {error.strerror or error}") from error


def textual_theme(palette: Palette) -> Theme:
    """Return the Textual theme of a palette, for `App.register_theme`."""
    colours = palette.colours
    return Theme(
        name=palette.name,
        dark=palette.dark,
        primary=colours["accent"],
        secondary=colours["accent"],
        accent=colours["accent"],
        warning=colours["warn"],
        error=colours["bad"],
        success=colours["good"],
        foreground=colours["text"],
        background=colours["ground"],
        surface=colours["side"],
        panel=colours["panel"],
        text_alpha=1.0,
        variables=theme_variables(palette),
    )


def theme_variables(palette: Palette) -> dict[str, str]:
    """Return what CSS may use beyond Textual's own: `$ground`, `$side`, `$dim` and so on.

    `App.get_theme_variable_defaults` must return them too, for themes that are not ours.
    """
    colours = palette.colours
    return {
        **{name: colours[name] for name in COLOURS if name not in ("text", "panel", "accent")},
        **{f"hue{index}": hue for index, hue in enumerate(palette.hues)},
        "text": colours["text"],
        "on-accent": colours["ground"],
        "border": colours["accent"],
        "border-blurred": colours["line"],
        "scrollbar": colours["line"],
        "scrollbar-hover": colours["faint"],
        "scrollbar-active": colours["dim"],
        "scrollbar-background": colours["ground"],
        "scrollbar-background-hover": colours["ground"],
        "scrollbar-background-active": colours["ground"],
        "scrollbar-corner-color": colours["ground"],
        "block-cursor-foreground": colours["text"],
        "block-cursor-background": colours["line"],
        "block-cursor-text-style": "none",
        "block-cursor-blurred-foreground": colours["text"],
        "block-cursor-blurred-background": colours["line"],
        "block-cursor-blurred-text-style": "none",
        "block-hover-background": colours["prompt"],
        "input-cursor-background": colours["accent"],
        "input-cursor-foreground": colours["ground"],
        "input-cursor-text-style": "none",
        "input-selection-background": colours["line"],
        "link-color": colours["accent"],
        "link-background-hover": colours["line"],
        "link-color-hover": colours["accent"],
    }


def palette_from(variables: Mapping[str, str], *, dark: bool = True) -> Palette:
    """Return the palette of the theme in use, from `App.theme_variables`.

    For screens that draw rows and are not handed a palette. The roles of code are left out.
    """
    return Palette(
        "current",
        dark=dark,
        colours={name: variables[name] for name in COLOURS},
        hues=tuple(variables[f"hue{index}"] for index in range(HUES)),
        syntax={},
    )


def _read_all(directory: Path) -> Iterator[Palette | ThemeProblem]:
    seen: dict[str, str] = {}
    try:
        paths = sorted(directory.glob("*.toml"))
    except OSError as error:
        yield ThemeProblem(directory, f"it can't be read: {error.strerror or error}")
        return
    for path in paths:
        try:
            palette = load_theme(path)
        except ValueError as error:
            yield ThemeProblem(path, str(error))
            continue
        if palette.name in seen:
            yield ThemeProblem(path, f"{seen[palette.name]} is called “{palette.name}” already")
            continue
        seen[palette.name] = path.name
        yield palette


def _parse(stem: str, data: Mapping[str, Any]) -> Palette:
    _only(data, ("name", "dark", "hues", "colors", "syntax"), "a theme")
    name = data.get("name", stem)
    if not isinstance(name, str) or not re.fullmatch(r"[\w-]{1,40}", name):
        raise _Unusable("the name is made of letters, digits, - and _")
    dark = data.get("dark", True)
    if not isinstance(dark, bool):
        raise _Unusable("`dark` is true or false")
    hues = data.get("hues")
    if not isinstance(hues, list) or len(hues) != HUES:
        raise _Unusable(f"`hues` is a list of {HUES} colours")
    return Palette(
        name,
        dark=dark,
        colours=_colours(data.get("colors"), "colors", COLOURS, required=True),
        hues=tuple(_colour(hue, f"hues[{index}]") for index, hue in enumerate(hues)),
        syntax=_colours(data.get("syntax", {}), "syntax", SYNTAX, required=False),
    )


def _colours(
    table: object, title: str, allowed: tuple[str, ...] | list[str], *, required: bool
) -> dict[str, str]:
    if not isinstance(table, dict):
        raise _Unusable(f"there is no [{title}] table")
    _only(table, allowed, f"[{title}]")
    missing = [name for name in allowed if name not in table]
    if required and missing:
        raise _Unusable(f"[{title}] lacks {', '.join(missing)}")
    return {name: _colour(value, f"{title}.{name}") for name, value in table.items()}


def _colour(value: object, name: str) -> str:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise _Unusable(f"{name} is written #rrggbb")
    return value.lower()


def _only(table: Mapping[str, Any], allowed: tuple[str, ...] | list[str], title: str) -> None:
    for name in table:
        if name not in allowed:
            nearest = difflib.get_close_matches(name, allowed, n=1)
            hint = f"; did you mean {nearest[0]}?" if nearest else ""
            raise _Unusable(f"{title} has no `{name}`{hint}")
