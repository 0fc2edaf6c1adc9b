"""Where the Poe key comes from and is kept. It is never in an argument list, log or traceback."""

from __future__ import annotations

import logging
import os
import subprocess
import threading
from pathlib import Path
from typing import Final

from poe_tui.disk import write_private
from poe_tui.errors import KeyMissing, StoreError

_SERVICE: Final = "poe-tui"
_ACCOUNT: Final = "poe-api-key"
_COMMAND_SECONDS: Final = 20.0

_log = logging.getLogger(__name__)


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
    """Finds and keeps the key: POE_API_KEY, `api_key_command`, the system keyring, a 0600 file.

    Safe to use from several threads; a key that was found is not looked for again.
    """

    def __init__(self, key_file: Path, *, command: str = "", use_keyring: bool = True) -> None:
        self._key_file = key_file
        self._command = command
        self._use_keyring = use_keyring
        self._known: Secret | None = None
        self._looking = threading.Lock()

    def find(self) -> Secret | None:
        """Return the key, None when there is none.

        May start a program or open the keyring: call it in a thread. Raises KeyMissing when
        `api_key_command` fails, in words that hold none of its output, and when the key file
        can't be read.
        """
        with self._looking:
            if self._known is None:
                self._known = (
                    _usable(os.environ.get("POE_API_KEY", ""))
                    or self._from_command()
                    or self._from_keyring()
                    or self._from_file()
                )
            return self._known

    def remember(self, key: Secret) -> str:
        """Keep the key in the keyring or else in the 0600 file, and return where, in words.

        From now on `find` returns it. Raises StoreError when it can be kept in neither.
        """
        with self._looking:
            self._known = key
            where = self._keep(key)
        if os.environ.get("POE_API_KEY"):
            where += "; POE_API_KEY in the environment still comes first at the next start"
        return where

    def redact(self, text: str) -> str:
        """Return `text` with dots for the key in use and for the one in the environment."""
        known = self._known
        for value in (known.reveal() if known else "", os.environ.get("POE_API_KEY", "").strip()):
            if value:
                text = text.replace(value, "••••")
        return text

    # -- the places -----------------------------------------------------------------------------

    def _from_command(self) -> Secret | None:
        if not self._command.strip():
            return None
        import shlex

        try:
            words = shlex.split(self._command)
        except ValueError:
            raise _command_failed("Its quotes don't match.") from None
        return _first_line_of(words)

    def _from_keyring(self) -> Secret | None:
        if not self._use_keyring:
            return None
        try:
            import keyring

            return _usable(keyring.get_password(_SERVICE, _ACCOUNT) or "")
        except (
            Exception
        ) as error:  # backends raise what they like: D-Bus, Windows and import errors
            _log.debug("the keyring can't be read: %s", type(error).__name__)
            return None

    def _from_file(self) -> Secret | None:
        try:
            if self._key_file.stat().st_mode & 0o077:
                self._key_file.chmod(0o600)
                _log.warning("the key file could be read by others; it is 0600 now")
            return _usable(self._key_file.read_text(encoding="utf-8", errors="replace"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeyMissing(
                f"The key file {self._key_file} can't be read: {error.strerror}.",
                hint="Make it yours and 0600, or set POE_API_KEY.",
            ) from None

    def _keep(self, key: Secret) -> str:
        if self._use_keyring and _kept_in_keyring(key):
            self._key_file.unlink(missing_ok=True)
            return "the system keyring"
        try:
            write_private(self._key_file, key.reveal().encode() + b"\n")
        except OSError as error:
            raise StoreError(
                f"The key can't be written to {self._key_file}: {error.strerror}. "
                "It is used until you quit.",
                hint="Set POE_API_KEY instead, or make the directory writable.",
                title="Could not keep the key",
            ) from None
        return f"the file {self._key_file}, which only you can read"


class GivenKey(KeyChain):
    """A key chain with one key, which looks nowhere and keeps nothing: the demo's."""

    def __init__(self, key: Secret) -> None:
        super().__init__(Path(os.devnull), use_keyring=False)
        self._known = key

    def find(self) -> Secret | None:
        """Return the key that was given."""
        return self._known

    def remember(self, key: Secret) -> str:
        """Use `key` until the end of this run; nothing is written."""
        self._known = key
        return "the memory of this demo, until you quit"


def _usable(text: str) -> Secret | None:
    """Return the first line of `text` as a key; None when it is empty."""
    return Secret(text.strip().partition("\n")[0]) or None


def _first_line_of(words: list[str]) -> Secret:
    """Return the key that the program `words` prints; raises KeyMissing, without its output."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise _command_failed(f"It ran for {_COMMAND_SECONDS:.0f} seconds and was ended.") from None
    except OSError as error:
        raise _command_failed(f"It can't be started: {error.strerror}.") from None
    if done.returncode:
        raise _command_failed(f"It ended with code {done.returncode}.")
    key = _usable(done.stdout.decode("utf-8", errors="replace"))
    if key is None:
        raise _command_failed("It printed nothing.")
    return key


def _command_failed(what: str) -> KeyMissing:
    return KeyMissing(
        f"The setting api_key_command names a program that should print the key. {what}",
        hint="Run the command by itself to see why, or set POE_API_KEY.",
        title="No key from api_key_command",
    )


def _kept_in_keyring(key: Secret) -> bool:
    """Return whether the keyring took the key: some back ends accept it and keep nothing."""
    try:
        import keyring

        keyring.set_password(_SERVICE, _ACCOUNT, key.reveal())
        return keyring.get_password(_SERVICE, _ACCOUNT) == key.reveal()
    except Exception as error:  # see _from_keyring
        _log.debug("the keyring can't be written: %s", type(error).__name__)
        return False
