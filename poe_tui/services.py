"""The long-lived objects of one run, built once by `poe_tui.cli.compose`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from poe_tui.chat.budget import Budget, Caps
from poe_tui.chat.spending import Spending, spent_today
from poe_tui.keys import KeyChain
from poe_tui.paths import Paths
from poe_tui.poe.catalog import Catalog
from poe_tui.poe.client import PoeClient
from poe_tui.poe.files import Files
from poe_tui.poe.usage import Usage
from poe_tui.settings import Settings
from poe_tui.state import StateFile
from poe_tui.store.conversations import ConversationStore
from poe_tui.store.figures import FiguresFile
from poe_tui.store.ledger import LedgerFile
from poe_tui.store.trust import Trust


@dataclass(slots=True)
class Services:
    """What a run of poe-tui works with."""

    paths: Paths
    settings: Settings
    state: StateFile
    keys: KeyChain
    conversations: ConversationStore
    client: PoeClient
    catalog: Catalog
    usage: Usage
    demo: bool = False
    """True: everything above speaks to the embedded demo service."""
    spending: Spending = field(init=False)
    """What replies cost: expected, looked up, booked, and counted against the user's caps."""
    trust: Trust = field(init=False)
    files: Files = field(init=False)
    """What bots have sent, fetched when it is wanted."""

    def __post_init__(self) -> None:
        ledger = LedgerFile(self.paths.spending)
        caps = Caps(
            confirm_over=self.settings.confirm_over,
            session_cap=self.settings.session_cap,
            daily_cap=self.settings.daily_cap,
        )
        self.spending = Spending(
            self.usage,
            ledger,
            FiguresFile(self.paths.figures_file),
            Budget(caps, partial(spent_today, ledger)),
        )
        self.trust = Trust(self.paths.trust_file)
        self.files = Files(self.paths.files, home=self.settings.base_url)
