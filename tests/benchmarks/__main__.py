"""`make bench`: every measurement of docs/performance.md, in one run on this machine."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from typing import Final

import textual

from tests.benchmarks import launch, limit, overhead, picker, real, transcript
from tests.benchmarks.figures import Figure, table, verdict

PARTS: Final = {
    "launch": launch.COLUMNS,
    "overhead": overhead.COLUMNS,
    "picker": picker.COLUMNS,
    "limit": limit.COLUMNS,
    "transcript": transcript.COLUMNS,
    "real": real.COLUMNS,
}
"""What can be measured, in this order, and for whom: the first column is ours."""


def main() -> int:
    """Run the parts named on the command line (all of them by default) and print their figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="a few minutes, and less of it")
    parser.add_argument("--repeats", type=int, default=3, help="of ours in the transcript part")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    print(
        f"Python {platform.python_version()}, Textual {textual.__version__}, {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    found: dict[str, list[Figure]] = {}
    for part in options.parts or PARTS:
        print(f"\n{part}")
        found[part] = _figures(part, quick=options.quick, repeats=options.repeats)
        print(table(found[part], PARTS[part]))
        print(f"load now {os.getloadavg()[0]:.1f}")
        sys.stdout.flush()
    print(f"\n{verdict(figure for part in found for figure in found[part])}")
    if options.json:
        plain = {part: [figure._asdict() for figure in found[part]] for part in found}
        options.json.write_text(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
    return 0


def _figures(part: str, *, quick: bool, repeats: int) -> list[Figure]:
    if part == "transcript":
        return transcript.run(quick=quick, repeats=repeats)
    if part == "real":
        return real.run(quick=quick)
    if part == "launch":
        return launch.run(rounds=3 if quick else 9)
    return {"overhead": overhead.run, "picker": picker.run, "limit": limit.run}[part]()


if __name__ == "__main__":
    raise SystemExit(main())
