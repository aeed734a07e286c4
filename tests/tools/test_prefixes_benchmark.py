"""The order in which prompts are sent, and the simulated prefix cache that it is measured with."""

from __future__ import annotations

import random

from benchmarks.prefixes import BLOCK, blocks_of, reused, sent_order
from llmrobust.request import Request


def test_whole_blocks_are_shared_and_the_last_token_never():
    first = list(range(2 * BLOCK + 3))
    assert len(blocks_of(first)) == 2
    assert len(blocks_of(first[: 2 * BLOCK])) == 1
    other = blocks_of([*first[:BLOCK], *range(100, 100 + BLOCK + 1)])
    assert other[0] == blocks_of(first)[0]
    assert other[1] != blocks_of(first)[1]


def test_a_cache_reuses_what_it_has_room_for():
    one, two = [1, 2, 3], [4, 5, 6]
    assert reused([one, two, one, two], None) == 6
    assert reused([one, two, one, two], 3) == 0
    assert reused([one, one, two, two], 3) == 6


def test_prompts_are_sent_so_that_shared_prefixes_meet():
    """In a cache with room for four prompts, the order of sending finds nearly all that there is to find."""
    contexts = [f"{i} " * 200 for i in range(40)]
    requests = [Request((("user", f"{context}{k}"),)) for context in contexts for k in range(20)]
    random.Random(0).shuffle(requests)
    blocks = {request: blocks_of(request.messages[0][1].encode()) for request in requests}
    room = 4 * max(map(len, blocks.values()))
    ideal = reused([blocks[request] for request in requests], None)
    assert reused([blocks[request] for request in sent_order(requests)], room) >= 0.95 * ideal
    assert reused([blocks[request] for request in requests], room) < 0.5 * ideal
