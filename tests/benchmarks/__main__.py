"""`make bench`: every measurement of docs/performance.md, in one run on this machine."""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
from pathlib import Path

PARTS = ("launch", "overhead", "transcript")


def main() -> int:
    """Run the parts named on the command line (all of them by default) and print their figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    print(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    figures: dict[str, dict[str, float]] = {}
    for part in options.parts or PARTS:
        print(f"\n{part}")
        figures[part] = importlib.import_module(f"tests.benchmarks.{part}").run()
        for name, value in figures[part].items():
            print(f"  {name:<60}{value:>12,.2f}")
        sys.stdout.flush()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
