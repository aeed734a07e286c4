"""The language of texts: found where there is enough to tell by, and English without loading anything."""

from __future__ import annotations

import subprocess
import sys

import pytest

from llmrobust.text.language import language_of

TEXTS = {
    "de": [
        "Wie viele Eier legt das Huhn am Tag, wenn es sechs am Morgen und zwei am Abend legt?",
        "Das reicht mir nicht.",
    ],
    "fr": ["Ma carte a été débitée deux fois pour le même achat, que dois-je faire maintenant ?", "Je veux un reçu."],
    "es": ["No puedo entrar en mi cuenta desde ayer y nadie me contesta en la oficina.", "Quiero mi dinero."],
    "zh": ["我的订单三天前就应该到了,请问现在在哪里?", "我想退款。"],
    "en": [
        "My card was charged twice for the same purchase, and nobody answers the phone at the bank.",
        "I want it back.",
    ],
}


@pytest.mark.parametrize("code", TEXTS)
def test_the_language_of_texts(code):
    assert language_of(TEXTS[code]) == code


@pytest.mark.parametrize("texts", [[], [""], ["Ist gut"], ["SELECT * FROM t WHERE a = 1"], ["12 345", "67"]])
def test_too_little_to_tell_by(texts):
    assert language_of(texts) == ""


def test_english_loads_no_identifier():
    code = f"from llmrobust.text.language import language_of; import sys; print(language_of({TEXTS['en']!r}), 'py3langid' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["en", "False"]
