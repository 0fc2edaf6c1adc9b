"""The long-lived objects of one run, built once by `poe_tui.cli.compose`."""

from __future__ import annotations

from dataclasses import dataclass

from poe_tui.keys import KeyChain
from poe_tui.paths import Paths
from poe_tui.poe.catalog import Catalog
from poe_tui.poe.client import PoeClient
from poe_tui.poe.usage import Usage
from poe_tui.settings import Settings
from poe_tui.state import StateFile
from poe_tui.store.conversations import ConversationStore


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
