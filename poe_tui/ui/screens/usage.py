"""Where the points went: by day, by bot, by conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import ClassVar, Final

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from poe_tui.chat.expenses import Expense, Total, by_bot, by_conversation, by_day, total
from poe_tui.markdown.safe import plain
from poe_tui.ui.bars import Bar, day_columns, named_bars
from poe_tui.ui.figures import counted, grouped, of_total
from poe_tui.ui.screens.dialog import Dialog

DAYS: Final = 30
"""Days that are shown: as many as Poe's own books go back."""

MOST: Final = 30
"""Bots, and conversations, that are listed."""


class UsageScreen(Dialog[None]):
    """Shows what poe-tui has spent in the last 30 days. Nothing can be changed here."""

    DEFAULT_CSS = """
    UsageScreen {
        & > #panel { width: 104; height: 85%; padding: 1 1 1 2; }
        #usage {
            height: 1fr;
            background: $panel;
            scrollbar-size-vertical: 1;
            scrollbar-background: $panel;
            scrollbar-background-hover: $panel;
            scrollbar-background-active: $panel;
        }
    }
    UsageScreen.-small > #panel { height: 100%; padding: 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll('down')", "Down", show=False),
        Binding("k", "scroll('up')", "Up", show=False),
        Binding("g", "scroll('home')", "First", show=False),
        Binding("G", "scroll('end')", "Last", show=False),
        Binding("q", "leave", "Close", show=False),
    ]

    def __init__(
        self,
        expenses: Callable[[date], Sequence[Expense]],
        *,
        titles: Mapping[str, str],
        today: date,
        left: int | None,
        catch_up: Callable[[], Awaitable[object]],
    ) -> None:
        """`expenses` returns those from a day on, `titles` are those of conversations by id.

        `left` is the balance, None when it is not known. `catch_up` looks up what is not known yet;
        everything is shown before, and again after it.
        """
        super().__init__("Usage", [("↑↓", "scroll"), ("escape", "close")])
        self._expenses = expenses
        self._titles = titles
        self._today = today
        self._left = left
        self._catch_up = catch_up

    def compose_panel(self) -> Iterable[Widget]:
        with VerticalScroll(id="usage"):
            yield Static(id="figures")

    def on_mount(self) -> None:
        self.query_one("#usage").focus()
        self._look_again()

    @work(group="usage", exit_on_error=False)
    async def _look_again(self) -> None:
        await self._catch_up()
        self._show()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        if not self.is_mounted:
            return
        since = self._today - timedelta(days=DAYS - 1)
        width = max(24, self.query_one("#usage").scrollable_content_region.width - 1)
        lines = usage_lines(
            self._expenses(since),
            titles=self._titles,
            today=self._today,
            left=self._left,
            width=width,
        )
        self.query_one("#figures", Static).update(Content("\n").join(lines))

    def action_scroll(self, where: str) -> None:
        """Scroll by a line, or to an end."""
        pane = self.query_one("#usage")
        moves = {
            "down": pane.scroll_down,
            "up": pane.scroll_up,
            "home": pane.scroll_home,
            "end": pane.scroll_end,
        }
        moves[where](animate=False)


def usage_lines(
    expenses: Sequence[Expense],
    *,
    titles: Mapping[str, str],
    today: date,
    left: int | None,
    width: int,
) -> list[Content]:
    """Return everything that is shown, in lines of at most `width` cells."""
    days = by_day(expenses)
    lines = [_summary(days, total(expenses), today, left, width), Content("")]
    if not expenses:
        told = "Nothing has been spent in the last 30 days. What replies cost is shown here."
        return [*lines, Content.styled(f" {told}", "$dim")]
    shown = [days.get(today - timedelta(days=back), Total()) for back in range(DAYS - 1, -1, -1)]
    highest = of_total(max(shown, key=lambda each: each.points))
    lines += day_columns([each.points for each in shown], today, width, highest=highest)
    bots = [(plain(name), each) for name, each in by_bot(expenses).items()]
    lines += _section("BOTS", bots, width)
    talks = [(_title(name, titles), each) for name, each in by_conversation(expenses).items()]
    lines += _section("CONVERSATIONS", talks, width)
    return lines + _notes(total(expenses))


def _summary(
    days: Mapping[date, Total], month: Total, today: date, left: int | None, width: int
) -> Content:
    """Return the figures that one looks for first; where there is no room, some go."""
    week = [each for day, each in days.items() if day > today - timedelta(days=7)]
    parts = [
        ("left", "—" if left is None else grouped(left)),
        ("today", of_total(days.get(today, Total()))),
        ("7 days", of_total(_together(week))),
        ("30 days", of_total(month)),
    ]
    for gone in (None, "7 days", "30 days", "today"):
        parts = [part for part in parts if part[0] != gone]
        shown = Content("   ").join(
            Content.assemble((f" {figure}", "bold $text"), (f" {name}", "$dim"))
            for name, figure in parts
        )
        if shown.cell_length <= width:
            break
    return shown


def _together(totals: Iterable[Total]) -> Total:
    listed = list(totals)
    return Total(
        points=sum(each.points for each in listed),
        exact=all(each.exact for each in listed),
        replies=sum(each.replies for each in listed),
        unknown=sum(each.unknown for each in listed),
    )


def _section(heading: str, listed: Sequence[tuple[str, Total]], width: int) -> list[Content]:
    bars = [
        Bar(name, each.points, of_total(each), counted(each.replies, "reply", "replies"))
        for name, each in listed[:MOST]
    ]
    lines = [Content(""), Content.styled(f" {heading}", "bold $dim"), *named_bars(bars, width)]
    if len(listed) > MOST:
        rest = f" … and {len(listed) - MOST} more: poe-tui balance --json"
        lines.append(Content.styled(rest, "$dim"))
    return lines


def _title(conversation_id: str, titles: Mapping[str, str]) -> str:
    if not conversation_id:
        return "asked without saving"
    if conversation_id not in titles:
        return f"deleted ({conversation_id[-4:]})"
    return plain(titles[conversation_id]) or "New conversation"


def _notes(month: Total) -> list[Content]:
    notes = []
    if not month.exact:
        notes.append(
            "≈ Part of it is a guess: Poe's books name no reply, and are open for ten minutes."
        )
    if month.unknown:
        many = counted(month.unknown, "reply", "replies")
        notes.append(f"Not counted: {many} whose cost Poe has not told.")
    return [Content("")] * bool(notes) + [Content.styled(f" {note}", "$dim") for note in notes]
