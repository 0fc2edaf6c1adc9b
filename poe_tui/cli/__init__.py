"""The command line: one module per subcommand; `main` is the entry point."""


def main() -> int:
    """Run poe-tui with the arguments of this process and return its exit code."""
    raise NotImplementedError
