"""What happens when poe-tui itself is wrong: a log file that is safe to send to somebody."""

from __future__ import annotations

import os
import sys
import traceback

from poe_tui.disk import make_private_directory
from poe_tui.keys import KeyChain
from poe_tui.paths import find_paths


def report(error: BaseException, keys: KeyChain | None = None) -> None:
    """Write the traceback of `error` to the log, without variables and keys; say so on stderr."""
    paths = find_paths()
    trace = "".join(traceback.TracebackException.from_exception(error).format())
    trace = (keys or KeyChain(paths.key_file)).redact(trace)
    name = type(error).__name__
    try:
        make_private_directory(paths.log_file.parent)
        handle = os.open(paths.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as log:
            log.write(trace + "\n")
    except OSError as refused:
        print(trace, file=sys.stderr)
        print(f"poe-tui: a bug, {name}; no log: {refused.strerror}.", file=sys.stderr)
        return
    print(
        f"poe-tui: a bug in poe-tui itself, {name}.\n"
        f"  Your conversations are saved. What happened is at the end of {paths.log_file};\n"
        "  it holds no key. Please report it.",
        file=sys.stderr,
    )
