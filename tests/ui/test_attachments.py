"""The chips over the composer."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from poe_tui.chat.message import Attachment
from poe_tui.ui.themes import load_themes, textual_theme, theme_variables
from poe_tui.ui.transcript.files import files_of
from poe_tui.ui.widgets.attachments import Attachments, lay_out
from tests.ui.screens.host import screen_text

FILES = st.builds(
    Attachment,
    name=st.text(max_size=60),
    content_type=st.sampled_from(["image/png", "application/pdf", "x"]),
    size=st.none() | st.integers(min_value=0, max_value=10**9),
)


class Page(App[None]):
    """Chips, and which were removed."""

    def __init__(self) -> None:
        self._palette = load_themes()[0]["night"]
        super().__init__()
        self.register_theme(textual_theme(self._palette))
        self.theme = "night"
        self.removed: list[int] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme_variables(self._palette)

    def compose(self) -> ComposeResult:
        yield Attachments()

    def on_attachments_removed(self, event: Attachments.Removed) -> None:
        self.removed.append(event.index)


@given(files=st.lists(FILES, max_size=12), width=st.integers(min_value=12, max_value=120))
def test_chips_fit_their_rows_and_lie_on_no_other(files: list[Attachment], width: int) -> None:
    chips = lay_out(files, width)
    assert len(chips) == len(files)
    for chip in chips:
        assert 0 <= chip.start < chip.cross < chip.end <= width
        assert 1 + cell_len(chip.name) + cell_len(chip.facts) == chip.cross - chip.start
    for before, after in pairwise(chips):
        beside = after.row == before.row and after.start > before.end
        assert beside or (after.row, after.start) == (before.row + 1, 0)


def test_a_file_of_this_machine_is_shown_by_its_own_name() -> None:
    disguised = Attachment(name="notes.txt", path="/home/me/.ssh/id_rsa", content_type="text/plain")
    assert [chip.name for chip in lay_out([disguised], 80)] == ["id_rsa"]
    assert [file.name for file in files_of([disguised])] == ["id_rsa"]


async def test_of_many_files_those_around_the_chosen_one_are_shown() -> None:
    page = Page()
    async with page.run_test(size=(40, 12)) as pilot:
        chips = page.query_exactly_one(Attachments)
        chips.show([Attachment(name=f"file-{number}.txt", size=1) for number in range(9)])
        await pilot.pause()
        assert chips.size.height == 3
        assert "file-8.txt" in screen_text(page)
        assert "file-0.txt" not in screen_text(page)
        assert "6 more" in screen_text(page)
        chips.focus()
        await pilot.press(*["left"] * 12)
        assert "file-0.txt" in screen_text(page)
        line = next(line for line in screen_text(page).splitlines() if "file-1" in line)
        await pilot.click(Attachments, offset=(line.index("×"), 1))
        await pilot.pause()
        assert page.removed == [1]


async def test_without_files_there_is_nothing() -> None:
    page = Page()
    async with page.run_test(size=(40, 12)) as pilot:
        chips = page.query_exactly_one(Attachments)
        assert not chips.display
        chips.show([Attachment(name="a")])
        await pilot.pause()
        assert chips.display
        chips.show([])
        await pilot.pause()
        assert not chips.display
        chips.action_remove()
        await pilot.pause()
        assert page.removed == []
