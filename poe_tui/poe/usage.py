"""The points: the balance, and what each reply cost."""

from __future__ import annotations

from poe_tui.keys import Secret


class Usage:
    """Poe's /usage/ addresses."""

    async def balance(self, key: Secret | None = None) -> int:
        """Return the points left; with `key`, those of that key (to check one before it is kept).

        Raises KeyRefused, NetworkDown or another ReplyError.
        """
        raise NotImplementedError
