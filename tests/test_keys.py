"""The key: where it is looked for, where it is kept, and that it shows itself nowhere."""

from __future__ import annotations

import pickle
import sys
import traceback
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from poe_tui import keys as keys_module
from poe_tui.errors import KeyMissing, StoreError
from poe_tui.keys import GivenKey, KeyChain, Secret

KEY = "sk-poe-0123456789"


class MemoryKeyring(KeyringBackend):
    """A keyring in memory, which can be told to fail."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[service, username] = password

    def _check(self) -> None:
        if self.locked:
            raise RuntimeError("the keyring is locked")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "key"


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    backend = MemoryKeyring()
    monkeypatch.setattr(keyring, "get_password", backend.get_password)
    monkeypatch.setattr(keyring, "set_password", backend.set_password)
    return backend


def prints(text: str, code: int = 0) -> str:
    return f'{sys.executable} -c "import sys; print({text!r}); sys.exit({code})"'


def revealed(chain: KeyChain) -> str | None:
    key = chain.find()
    return None if key is None else key.reveal()


def test_the_places_are_asked_in_order(
    key_file: Path, memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_file.parent.mkdir()
    key_file.write_text("from-file\n")
    assert revealed(KeyChain(key_file)) == "from-file"
    memory.kept["poe-tui", "poe-api-key"] = "from-keyring"
    assert revealed(KeyChain(key_file)) == "from-keyring"
    assert revealed(KeyChain(key_file, command=prints("from-command"))) == "from-command"
    monkeypatch.setenv("POE_API_KEY", " from-environment\n")
    assert revealed(KeyChain(key_file, command=prints("x", 1))) == "from-environment"


def test_there_may_be_no_key_at_all(key_file: Path) -> None:
    assert KeyChain(key_file).find() is None


def test_an_empty_variable_is_no_key(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POE_API_KEY", "  ")
    assert KeyChain(key_file).find() is None


def test_a_key_that_was_found_is_not_looked_for_again(
    key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POE_API_KEY", KEY)
    chain = KeyChain(key_file)
    first = chain.find()
    monkeypatch.delenv("POE_API_KEY")
    assert chain.find() is first


def test_a_locked_keyring_is_passed_over(key_file: Path, memory: MemoryKeyring) -> None:
    memory.locked = True
    chain = KeyChain(key_file)
    assert chain.find() is None
    assert str(key_file) in chain.remember(Secret(KEY))
    assert revealed(KeyChain(key_file)) == KEY


def test_a_keyring_that_keeps_nothing_is_not_trusted(key_file: Path) -> None:
    assert str(key_file) in KeyChain(key_file).remember(Secret(KEY))  # the null keyring
    assert key_file.read_text() == KEY + "\n"


def test_the_keyring_is_preferred_and_an_old_file_goes(
    key_file: Path, memory: MemoryKeyring
) -> None:
    key_file.parent.mkdir()
    key_file.write_text("old")
    assert KeyChain(key_file).remember(Secret(KEY)) == "the system keyring"
    assert not key_file.exists()
    assert revealed(KeyChain(key_file)) == KEY


def test_a_key_file_is_private_and_is_made_so(key_file: Path) -> None:
    KeyChain(key_file, use_keyring=False).remember(Secret(KEY))
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert key_file.parent.stat().st_mode & 0o777 == 0o700
    key_file.chmod(0o644)
    assert revealed(KeyChain(key_file)) == KEY
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_remembered_is_used_at_once(
    key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POE_API_KEY", "old")
    chain = KeyChain(key_file)
    chain.find()
    assert "POE_API_KEY" in chain.remember(Secret(KEY))
    assert revealed(chain) == KEY


def test_a_place_that_refuses_the_key_is_reported_without_it(key_file: Path) -> None:
    key_file.mkdir(parents=True)
    chain = KeyChain(key_file, use_keyring=False)
    with pytest.raises(StoreError) as caught:
        chain.remember(Secret(KEY))
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert revealed(chain) == KEY


def test_an_unreadable_key_file_is_explained(key_file: Path) -> None:
    key_file.mkdir(parents=True)
    with pytest.raises(KeyMissing, match="can't be read"):
        KeyChain(key_file).find()


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (prints(KEY, 3), "code 3"),
        (prints(""), "printed nothing"),
        ("/nowhere/at/all", "can't be started"),
        ("echo 'unbalanced", "quotes"),
    ],
)
def test_a_failing_command_is_explained_without_its_output(
    key_file: Path, command: str, why: str
) -> None:
    with pytest.raises(KeyMissing) as caught:
        KeyChain(key_file, command=command).find()
    assert why in caught.value.explanation
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert caught.value.exit_code == 3


def test_a_command_that_hangs_is_ended(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_module, "_COMMAND_SECONDS", 0.05)
    with pytest.raises(KeyMissing, match="was ended"):
        KeyChain(key_file, command="sleep 60").find()


def test_a_command_is_no_shell_and_eats_no_input(key_file: Path) -> None:
    assert revealed(KeyChain(key_file, command="echo $HOME;id")) == "$HOME;id"
    reads = f'{sys.executable} -c "import sys; print(repr(sys.stdin.read()))"'
    assert revealed(KeyChain(key_file, command=reads)) == "''"


def test_only_the_first_line_of_a_command_is_the_key(key_file: Path) -> None:
    assert revealed(KeyChain(key_file, command=prints(f"{KEY}\nlogin: me"))) == KEY


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret(KEY)
    shown = f"{secret} {secret!r} {[secret]}"
    assert KEY not in shown
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert not Secret(" ")


def test_what_is_written_elsewhere_can_be_cleaned_of_the_key(
    key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POE_API_KEY", KEY)
    chain = KeyChain(key_file)
    assert KEY not in chain.redact(f"Authorization: Bearer {KEY}")
    monkeypatch.setenv("POE_API_KEY", "")
    assert chain.redact("no key") == "no key"


def test_the_demo_never_looks_at_the_users_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POE_API_KEY", KEY)
    chain = GivenKey(Secret("demo-key"))
    assert revealed(chain) == "demo-key"
    assert "demo" in chain.remember(Secret("other"))
    assert revealed(chain) == "other"
