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


def _render_sample() -> None:
    from poe_tui.markdown.render import render

    render(_SAMPLE, 80)
