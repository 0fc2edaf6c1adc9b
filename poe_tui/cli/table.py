"""A plain table: aligned for a person, the same without a terminal, never a colour."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from poe_tui.cli.plain import is_terminal
from poe_tui.markdown.safe import plain


def print_table(heading: Sequence[str], rows: Sequence[Sequence[str]], *, right: str = "") -> None:
    """Print `rows` under `heading` on stdout; `right` names the columns that align at their right.

    The last column is cut where a terminal is too narrow; nothing is cut in a pipe.
    """
    from rich.cells import cell_len, set_cell_size

    lines = [[plain(cell) for cell in row] for row in (heading, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    room = shutil.get_terminal_size().columns if is_terminal(sys.stdout) else 0
    for line in lines:
        cells = []
        for title, cell, width in zip(heading, line, widths, strict=True):
            gap = " " * (width - cell_len(cell))
            cells.append(gap + cell if title in right.split() else cell + gap)
        text = "  ".join(cells).rstrip()
        print(set_cell_size(text, room).rstrip() if room and cell_len(text) > room else text)
