"""Loading in good time what the first message would have to wait for."""

from __future__ import annotations

import threading
from functools import cache
from typing import Final

_SAMPLE: Final = """\
Some *text* with `code`, https://example.org and [a link](https://example.org).

- an item

| a | b |
|---|---|
| 1 | 2 |

```python
print("x")
```
"""


@cache
def warm_up() -> threading.Thread:
    """Begin, in a thread, to load parser, link finder and lexers; once, whoever asks how often.

    That is about 50 ms at the first use of each, three frames in which nothing would move.
    """
    thread = threading.Thread(target=_render_sample, name="poe-tui-warm-up", daemon=True)
    thread.start()
    return thread


@cache
def warm_up_for_answers() -> threading.Thread:
    """Begin, in a thread, to load what a text is drawn with that is still coming; once."""
    thread = threading.Thread(target=_load_live, name="poe-tui-warm-up-live", daemon=True)
    thread.start()
    return thread


def _load_live() -> None:
    from poe_tui.markdown.live import LiveDocument

    LiveDocument(80)


def _render_sample() -> None:
    from poe_tui.markdown.render import render

    render(_SAMPLE, 80)
