"""Theme files, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App

from poe_tui.ui.palette import COLOURS, Palette
from poe_tui.ui.themes import (
    SYNTAX,
    builtin_themes,
    load_theme,
    load_themes,
    palette_from,
    textual_theme,
    theme_variables,
)

NIGHT = (builtin_themes() / "night.toml").read_text(encoding="utf-8")


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2 contrast ratio of two #rrggbb colours, 1 to 21."""

    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
            for value in channels
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(params=["night", "day"])
def palette(request: pytest.FixtureRequest) -> Palette:
    return load_themes()[0][request.param]


def test_night_and_day_come_with_the_app_and_night_comes_first() -> None:
    palettes, problems = load_themes()
    assert problems == []
    assert list(palettes) == ["night", "day"]
    assert palettes["night"].dark
    assert not palettes["day"].dark


def test_a_built_in_theme_names_every_colour(palette: Palette) -> None:
    assert set(palette.colours) == set(COLOURS)
    assert set(palette.syntax) == set(SYNTAX)
    assert len(palette.hues) == 6


@pytest.mark.parametrize("ground", ["ground", "side", "panel", "prompt"])
def test_text_can_be_read_on_every_ground(palette: Palette, ground: str) -> None:
    under = palette.colours[ground]
    assert contrast(palette.colours["text"], under) >= 7
    for name in ("accent", "good", "warn", "bad"):
        assert contrast(palette.colours[name], under) >= 4.5, name
    assert contrast(palette.colours["dim"], under) >= 4.0


def test_hues_and_code_can_be_read(palette: Palette) -> None:
    for hue in palette.hues:
        assert contrast(hue, palette.colours["ground"]) >= 4.5, hue
    for role, colour in palette.syntax.items():
        assert contrast(colour, palette.colours["code"]) >= 4.0, role


def test_text_on_the_accent_can_be_read(palette: Palette) -> None:
    assert contrast(palette.colours["ground"], palette.colours["accent"]) >= 4.5


async def test_a_theme_of_ours_gives_css_its_variables(palette: Palette) -> None:
    class Themed(App[None]):
        CSS = "Screen { background: $ground; color: $text; border: round $line; }"

        def get_theme_variable_defaults(self) -> dict[str, str]:
            return theme_variables(palette)

    app = Themed()
    app.register_theme(textual_theme(palette))
    async with app.run_test():
        app.theme = palette.name
        assert app.screen.styles.background.hex.lower() == palette.colours["ground"]
        assert app.current_theme.dark is palette.dark


async def test_the_palette_in_use_can_be_read_back_from_the_app(palette: Palette) -> None:
    app = App[None]()
    app.register_theme(textual_theme(palette))
    async with app.run_test() as pilot:
        app.theme = palette.name
        await pilot.pause()
        read = palette_from({name: value.lower() for name, value in app.theme_variables.items()})
        assert (read.colours, read.hues) == (palette.colours, palette.hues)


def test_a_user_s_theme_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(NIGHT.replace('"night"', '"dusk"'), encoding="utf-8")
    palettes, problems = load_themes(tmp_path)
    assert problems == []
    assert list(palettes) == ["night", "day", "dusk"]


def test_a_theme_without_a_name_is_called_like_its_file(tmp_path: Path) -> None:
    path = tmp_path / "dusk.toml"
    path.write_text(NIGHT.replace('name = "night"\n', "", 1), encoding="utf-8")
    assert load_theme(path).name == "dusk"


def test_a_user_s_theme_may_replace_a_built_in_one(tmp_path: Path) -> None:
    (tmp_path / "night.toml").write_text(NIGHT.replace("#11121a", "#000000"), encoding="utf-8")
    palettes, problems = load_themes(tmp_path)
    assert problems == []
    assert palettes["night"].colours["ground"] == "#000000"


def test_a_directory_that_is_not_there_holds_no_themes(tmp_path: Path) -> None:
    palettes, problems = load_themes(tmp_path / "none")
    assert (list(palettes), problems) == (["night", "day"], [])


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('ground = "#11121a"', 'ground = "black"', "colors.ground is written #rrggbb"),
        ('ground = "#11121a"', "", "[colors] lacks ground"),
        ("ground =", "grond =", "[colors] has no `grond`; did you mean ground?"),
        ("keyword =", "keywort =", "[syntax] has no `keywort`; did you mean keyword?"),
        ("dark = true", 'dark = "yes"', "`dark` is true or false"),
        ('"#e59a6f", ', "", "`hues` is a list of 6 colours"),
        ('name = "night"', 'name = "a b/c"', "the name is made of letters"),
        ("[colors]", "[colours]", "a theme has no `colours`; did you mean colors?"),
        ("dark = true", "dark = = true", "this is not TOML"),
    ],
)
def test_a_broken_theme_is_named_with_its_reason_and_the_others_load(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    (tmp_path / "broken.toml").write_text(NIGHT.replace(old, new, 1), encoding="utf-8")
    (tmp_path / "fine.toml").write_text(NIGHT.replace('"night"', '"fine"'), encoding="utf-8")
    palettes, problems = load_themes(tmp_path)
    assert "fine" in palettes
    assert [problem.path.name for problem in problems] == ["broken.toml"]
    assert reason in problems[0].reason
    assert str(problems[0]).startswith("broken.toml: ")


def test_two_themes_of_one_name_are_told_apart_by_their_files(tmp_path: Path) -> None:
    for stem in ("a", "b"):
        (tmp_path / f"{stem}.toml").write_text(NIGHT, encoding="utf-8")
    palettes, problems = load_themes(tmp_path)
    assert "night" in palettes
    assert [str(problem) for problem in problems] == ["b.toml: a.toml is called “night” already"]


def test_a_file_that_is_not_text_is_a_problem_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "picture.toml").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "folder.toml").mkdir()
    _, problems = load_themes(tmp_path)
    assert [problem.path.name for problem in problems] == ["folder.toml", "picture.toml"]
