"""What each session is asking just now, so that sessions that share a store ask no prompt twice.

A session claims the prompts of a list when it sends the list, and releases them together with their replies. It renews
its claims while anything is on its way, so those of a killed session lapse.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Sequence

from llmrobust.engine.key_lookup import rows_of

LEASE_S = 10.0
"""Seconds after the last renewal at which claims lapse: their session was killed, or has stopped."""
RENEW_S = 2.0
"""Seconds between renewals. A session that is held up for less than the difference keeps its claims."""


class Claims:
    """The claims of one session among those of all that share the file. Methods run in the caller's transactions."""

    def __init__(self, database: sqlite3.Connection, clock: Callable[[], float]):
        """clock: seconds, the same for all sessions."""
        self._db = database
        self._clock = clock
        self._owner = secrets.randbits(63)
        database.execute(
            "CREATE TABLE IF NOT EXISTS claims (key BLOB PRIMARY KEY, owner INTEGER NOT NULL) WITHOUT ROWID"
        )
        database.execute("CREATE TABLE IF NOT EXISTS claimants (owner INTEGER PRIMARY KEY, until REAL NOT NULL)")

    def of_others(self, keys: Sequence[bytes]) -> set[bytes]:
        """Those of the keys that other sessions hold claims on."""
        living = "SELECT owner FROM claimants WHERE owner != ? AND until BETWEEN ? AND ?"
        others = {owner for (owner,) in self._db.execute(living, (self._owner, *self._living()))}
        if not others:
            return set()
        return {key for key, owner in rows_of(self._db, "claims", keys, "owner") if owner in others}

    def add(self, keys: Sequence[bytes]) -> None:
        """Claim keys, and renew the claims there are. Whose claims lapsed loses them."""
        self._db.executemany("INSERT OR REPLACE INTO claims VALUES (?, ?)", [(key, self._owner) for key in keys])
        self.renew()

    def remove(self, keys: Sequence[bytes]) -> None:
        """Release this session's claims on keys."""
        self._db.executemany("DELETE FROM claims WHERE key = ? AND owner = ?", [(key, self._owner) for key in keys])

    def renew(self) -> None:
        """Keep this session's claims from lapsing."""
        self._db.execute("INSERT OR REPLACE INTO claimants VALUES (?, ?)", (self._owner, self._clock() + LEASE_S))

    def clear(self) -> None:
        """Release all of this session's claims, and remove those that have lapsed."""
        lapsed = "DELETE FROM claimants WHERE owner = ? OR until NOT BETWEEN ? AND ?"
        self._db.execute(lapsed, (self._owner, *self._living()))
        self._db.execute("DELETE FROM claims WHERE owner NOT IN (SELECT owner FROM claimants)")

    def _living(self) -> tuple[float, float]:
        """Between what times claims of living sessions lapse; later ones are of a clock that was set back since."""
        now = self._clock()
        return now, now + 2 * LEASE_S
