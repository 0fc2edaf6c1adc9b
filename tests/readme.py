"""`python -m tests.readme` writes the keys into the README; a test holds them to the table."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from poe_tui.ui.key_list import key_table

README: Final = Path(__file__).parents[1] / "README.md"
_BEGIN: Final = "<!-- keys: generated"
_END: Final = "<!-- /keys -->"


def with_keys(text: str) -> str:
    """Return the README `text` with the table of keys as the app has them now."""
    before, _, rest = text.partition(_BEGIN)
    mark, _, rest = rest.partition("-->\n")
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}{mark}-->\n\n{key_table().strip()}\n\n{_END}{after}"


if __name__ == "__main__":
    README.write_text(with_keys(README.read_text(encoding="utf-8")), encoding="utf-8")
