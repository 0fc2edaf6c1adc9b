"""Where the Poe key comes from and where it is kept. It is never in an argument list, log or traceback."""

from __future__ import annotations

from pathlib import Path


class Secret:
    """A key that shows itself only through `reveal`: its repr, str and format are dots."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value.strip()

    def reveal(self) -> str:
        """Return the key itself: for the Authorization header and nothing else."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(••••)"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a Secret is not written anywhere")


class KeyChain:
    """Finds and keeps the key: POE_API_KEY, then `api_key_command`, the system keyring, a 0600 file."""

    def __init__(self, key_file: Path, *, command: str = "", use_keyring: bool = True) -> None:
        self._key_file = key_file
        self._command = command
        self._use_keyring = use_keyring

    def find(self) -> Secret | None:
        """Return the key, None when there is none. May start a program or open the keyring: call it in
        a thread. Raises UsageError when `api_key_command` fails, in words that hold none of its output.
        """
        raise NotImplementedError

    def remember(self, key: Secret) -> str:
        """Keep the key in the keyring, or, where there is none, in the 0600 file; return where, in words."""
        raise NotImplementedError
