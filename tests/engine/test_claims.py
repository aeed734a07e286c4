"""What sessions that share a store claim, release and lose."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from llmrobust.engine.claims import KEY_SIZE, LEASE_S
from llmrobust.engine.reply_store import Store, StoreError
from llmrobust.request import Response

A, B, C = (letter * KEY_SIZE for letter in (b"a", b"b", b"c"))
YES = Response("yes", "stop")


class Clock:
    """A clock that stands still until it is set."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(tmp_path: Path, clock: Clock) -> Iterator[Callable[[], Store]]:
    """Opens one more store on the same file."""
    stores: list[Store] = []

    def make() -> Store:
        stores.append(Store(tmp_path / "s.sqlite", clock))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


def claimed(store: Store, *keys: bytes) -> set[bytes]:
    """Those of the keys that the store's session gets."""
    claim = store.claim(keys)
    return {key for key in keys if claim.grants(key)}


def claims_in(path: Path) -> int:
    with sqlite3.connect(path) as database:
        count: int = database.execute("SELECT count(*) FROM claims").fetchone()[0]
    return count


def test_a_key_is_claimed_by_one_session_only(opened):
    first, second = opened(), opened()
    assert claimed(first, A, B) == {A, B}
    assert claimed(second, B, C) == {C}
    assert claimed(first, A, C) == {A}
    assert (first.claimed_by_others([A, B, C]), second.claimed_by_others([A, B, C])) == ({C}, {A, B})


def test_an_answer_ends_the_claim_and_is_found_by_who_claims_next(opened):
    first, second = opened(), opened()
    claim = first.claim([A, B])
    first.keep([(A, YES)], claim)
    assert second.claimed_by_others([A, B]) == set()
    found = second.claim([A, B])
    assert (found.answered, found.taken, found.grants(B)) == ({A: YES}, frozenset(), True)


def test_a_failure_leaves_the_prompt_to_others(opened):
    first, second = opened(), opened()
    first.keep([], first.claim([A]))
    assert claimed(second, A) == {A}
    assert claimed(first, A) == set()


def test_claims_lapse_some_seconds_after_their_session_has_died(opened, clock):
    dead, other = opened(), opened()
    dead.claim([A])
    clock.now += LEASE_S - 0.1
    assert claimed(other, A) == set()
    clock.now += 0.2
    assert other.claimed_by_others([A]) == set()
    assert claimed(other, A) == {A}


def test_renewed_claims_stay_however_long_the_answer_takes(opened, clock):
    first, second = opened(), opened()
    first.claim([A])
    for _ in range(5):
        clock.now += LEASE_S - 1
        first.renew_claims()
    assert claimed(second, A) == set()


def test_a_session_that_stood_still_does_not_get_back_what_others_claimed_meanwhile(opened, clock):
    slow, other = opened(), opened()
    claim = slow.claim([A, B])
    clock.now += LEASE_S + 1
    other.claim([A])
    slow.renew_claims()
    assert slow.claimed_by_others([A, B]) == {A}
    slow.keep([(A, YES)], claim)
    assert slow.claimed_by_others([A]) == {A}


def test_a_clock_that_is_set_back_does_not_prolong_the_claims_of_the_dead(opened, clock):
    dead, other = opened(), opened()
    dead.claim([A])
    clock.now -= 3600
    assert claimed(other, A) == {A}


def test_a_session_that_ends_releases_its_claims_and_removes_those_of_the_dead(opened, clock, tmp_path):
    dead, living, ending = opened(), opened(), opened()
    dead.claim([A])
    clock.now += LEASE_S + 1
    living.claim([B])
    ending.claim([C])
    ending.release_claims()
    assert claims_in(tmp_path / "s.sqlite") == 1
    assert ending.claimed_by_others([A, B, C]) == {B}


def test_in_memory_there_is_nobody_to_share_with():
    stores = [Store(None) for _ in range(2)]
    assert [claimed(store, A, B) for store in stores] == [{A, B}] * 2
    assert [store.claimed_by_others([A, B]) for store in stores] == [set()] * 2


def test_a_store_made_without_claims_gets_them_and_keeps_its_format(tmp_path: Path):
    path = tmp_path / "s.sqlite"
    store = Store(path)
    store.keep([(A, YES)])
    store.close()
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE claims")
    store = Store(path)
    assert store.find([A, B]) == {A: YES}
    assert claimed(store, B) == {B}
    store.close()


def test_a_full_disk_is_said_before_anything_is_sent_and_leaves_no_claim(opened, tmp_path):
    store, other = opened(), opened()
    with sqlite3.connect(tmp_path / "s.sqlite") as database:
        full = "CREATE TRIGGER full BEFORE INSERT ON claims BEGIN SELECT raise(ABORT, 'database or disk is full'); END"
        database.execute(full)
    with pytest.raises(StoreError, match=r"cannot write to the reply store .*disk is full"):
        store.claim([A])
    assert claims_in(tmp_path / "s.sqlite") == 0
    assert other.find([A]) == {}


def test_the_number_of_a_claim_that_lapsed_is_no_later_ones(opened, clock):
    slow, ending = opened(), opened()
    lapsed = slow.claim([A])
    clock.now += LEASE_S + 1
    ending.release_claims()
    later = slow.claim([B])
    slow.keep([(A, YES)], lapsed)
    assert lapsed.number != later.number
    assert ending.claimed_by_others([B]) == {B}
