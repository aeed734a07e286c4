"""What each session is asking just now, so that sessions that share a store ask no prompt twice.

A session claims the prompts of a list when it sends the list, and releases them together with their replies. It renews
its claims while anything is on its way, so those of a killed session lapse.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Sequence

LEASE_S = 10.0
"""Seconds after the last renewal at which claims lapse: their session was killed, or has stopped."""
RENEW_S = 2.0
"""Seconds between renewals. A session that is held up for less than the difference keeps its claims."""
KEY_SIZE = hashlib.sha256().digest_size


class Claims:
    """The claims of one session among those of all that share the file. Methods run in the caller's transactions."""

    def __init__(self, database: sqlite3.Connection, clock: Callable[[], float]):
        """clock: seconds, the same for all sessions."""
        self._db = database
        self._clock = clock
        self._owner = secrets.randbits(63)
        database.execute(
            "CREATE TABLE IF NOT EXISTS claims (number INTEGER PRIMARY KEY AUTOINCREMENT, owner INTEGER NOT NULL, "
            "until REAL NOT NULL, keys BLOB NOT NULL)"  # a row a list: rows of single keys took ten times as long
        )

    def of_others(self, keys: Iterable[bytes]) -> set[bytes]:
        """Those of the keys that other sessions have claimed."""
        living = "SELECT keys FROM claims WHERE owner != ? AND until BETWEEN ? AND ?"
        claimed: set[bytes] = set()
        for (joined,) in self._db.execute(living, (self._owner, *self._living())):
            claimed.update(joined[start : start + KEY_SIZE] for start in range(0, len(joined), KEY_SIZE))
        return claimed.intersection(keys)

    def add(self, keys: Sequence[bytes]) -> int:
        """Claim the keys of a list; the claim's number."""
        row = (self._owner, self._clock() + LEASE_S, b"".join(keys))
        number = self._db.execute("INSERT INTO claims (owner, until, keys) VALUES (?, ?, ?)", row).lastrowid
        assert number is not None
        return number

    def remove(self, number: int) -> None:
        """Release a claim; one that lapsed may be gone."""
        self._db.execute("DELETE FROM claims WHERE number = ?", (number,))

    def renew(self) -> None:
        """Keep this session's claims from lapsing."""
        self._db.execute("UPDATE claims SET until = ? WHERE owner = ?", (self._clock() + LEASE_S, self._owner))

    def clear(self) -> None:
        """Release all of this session's claims, and remove those that have lapsed."""
        gone = "DELETE FROM claims WHERE owner = ? OR until NOT BETWEEN ? AND ?"
        self._db.execute(gone, (self._owner, *self._living()))

    def _living(self) -> tuple[float, float]:
        """Between what times claims of living sessions lapse; later ones are of a clock that was set back since."""
        now = self._clock()
        return now, now + 2 * LEASE_S
