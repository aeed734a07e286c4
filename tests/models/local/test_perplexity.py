"""Bits a word: the same for a text alone, among others, and in any order."""

from __future__ import annotations

import pytest

from llmrobust.errors import ModelError
from llmrobust.models.local.perplexity import BATCH, bits_a_word
from llmrobust.models.local.tiny import WEIGHTS

TEXTS = [f"The film number {number} was " + "very " * (number % 7) + "good." for number in range(BATCH + 3)]


@pytest.mark.e2e
def test_bits_do_not_depend_on_the_texts_beside_it():
    measure = bits_a_word(f"hf:{WEIGHTS}")
    together = measure(TEXTS)
    assert measure(TEXTS[::-1]) == pytest.approx(together[::-1], abs=1e-3)
    assert measure([TEXTS[5]]) == pytest.approx([together[5]], abs=1e-3)
    assert measure([TEXTS[5], TEXTS[5]]) == pytest.approx([together[5]] * 2, abs=1e-3)
    assert all(0 < bits < 200 for bits in together)
    assert measure(["good film good film good film"])[0] < measure(["gX qf 7z # @w vv"])[0]


def test_another_spec_is_refused():
    with pytest.raises(ModelError, match="name a model as hf:NAME_OR_PATH"):
        bits_a_word("gpt2")
