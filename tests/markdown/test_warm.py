"""What the first message would wait for is loaded before it comes."""

from __future__ import annotations

import subprocess
import sys

_CODE = """
import sys
from poe_tui.markdown.warm import warm_up
heavy = {"markdown_it", "linkify_it", "mdit_py_plugins", "pygments.lexers.python"}
assert not heavy & sys.modules.keys()
thread = warm_up()
assert warm_up() is thread
thread.join()
assert heavy <= sys.modules.keys()
"""


def test_parser_links_and_lexers_are_loaded_by_the_warm_up_and_once() -> None:
    subprocess.run([sys.executable, "-c", _CODE], check=True, timeout=60)
