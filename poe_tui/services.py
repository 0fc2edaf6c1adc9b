"""The long-lived objects of one run, built once by `poe_tui.cli.compose`."""

from __future__ import annotations

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


class Services:
    """What a run of poe-tui works with."""

    def __init__(
        self,
        *,
        paths: Paths,
        settings: Settings,
        state: StateFile,
        keys: KeyChain,
        conversations: ConversationStore,
        client: PoeClient,
        catalog: Catalog,
        usage: Usage,
        demo: bool = False,
    ) -> None:
        """`demo`: everything here speaks to the embedded demo service."""
        self.paths = paths
        self.settings = settings
        self.state = state
        self.keys = keys
        self.conversations = conversations
        self.client = client
        self.catalog = catalog
        self.usage = usage
        self.demo = demo
        ledger = LedgerFile(paths.spending)
        caps = Caps(
            confirm_over=settings.confirm_over,
            session_cap=settings.session_cap,
            daily_cap=settings.daily_cap,
        )
        self.spending = Spending(
            usage,
            ledger,
            FiguresFile(paths.figures_file),
            Budget(caps, partial(spent_today, ledger)),
        )
        """What replies cost: expected, looked up, booked, and counted against the user's caps."""
        self.trust = Trust(paths.trust_file)
        self.files = Files(paths.files, home=settings.base_url)
        """What bots have sent, fetched when it is wanted."""
