"""Stress where a sentence has degrees and gives none: plain statements, reviews, mail."""

from __future__ import annotations

import pytest

from tests.operators.prompts import rendered, texts


def stressed(text: str) -> str | None:
    """What `word.intensify` makes of a text, with everything stressed that can be."""
    prompt = rendered("{% instruction %}Read it.{% endinstruction %}\nText: {{ text }}\nAnswer:", {"text": text})
    made = texts("word.intensify", prompt, rate=1.0, target="text").get("0")
    return None if made is None else made.removeprefix("Read it.\nText: ").removesuffix("\nAnswer:")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The professor scolded the student because he was strict.", "because he was very strict."),
        ("John called Bill because he was a good listener.", "because he was a very good listener."),
        ("She is an old friend of a gifted and amusing man.", None),
        ("He has led a sheltered life and is too shy to marry.", "and is far too shy to marry."),
        ("The blacksmith refused to repair the armor.", "The blacksmith flatly refused to repair the armor."),
        ("Paul tries to comfort Zack.", "Paul tries hard to comfort Zack."),
        ("Shares in the company fell sharply after he resigned.", "fell very sharply after he resigned."),
        ("The car beat the bike because it was faster.", "because it was much faster."),
        ("Bob wins because he has more muscles.", "because he has many more muscles."),
        ("the film has no sense of humor.", "the film has absolutely no sense of humor."),
        ("it's a stunning work of great force.", "it's an absolutely stunning work of great force."),
        ("The concert was a success.", "The concert was a great success."),
        ("Ravi met her, but he does not agree.", "but he does not agree at all."),
        ("She goes for a walk every morning.", "She goes for a walk every single morning."),
        ("Caunter left in 2003, which she regretted.", "which she deeply regretted."),
        ("It is a sad end in the life of a young queen.", "in the life of a very young queen."),
        ("The minister denied the report.", "The minister flatly denied the report."),
        ("villeneuve spends too much time on it.", "villeneuve spends far too much time on it."),
    ],
)
def test_what_has_degrees_is_stressed(text: str, expected: str | None) -> None:
    made = stressed(text)
    assert made is None if expected is None else made is not None and made.endswith(expected)


@pytest.mark.parametrize(
    "kept",
    [
        "Olivia is good enough to win.",  # a degree is given
        "The soup is as good as hers.",
        "He was so rude that we left.",
        "The tower is 5 meters taller.",
        "He cannot help but laugh.",
        "He can not help laughing.",
        "Kelly neglected to tell Katie.",
        "They agreed to pay reasonable legal costs.",
        "Stop using the product if it is damaged.",
        "Call us when the patient is angry.",
        "He left after he greeted her.",  # no manner that nobody told
        "The old man had a dog that nobody liked.",
        "The version lacks the flavor of the original.",
        "It was the site of a peaceful anti-war rally.",
        "That is easily the worst hotel in town.",
        "Where was Marie Curie born and who taught her?",
        "How many people live there?",
        "Ann bought a hot dog and a cold drink.",  # fixed phrases
        "He was not kind to her.",
        "He stopped performing well.",
        "In every sense, it is over.",
        "He stopped to see what was wrong.",
        "The eggs are green and the milk is white.",
        "Ann has a big box and Bo has a small box. How many balls fit in the big box?",
    ],
)
def test_what_is_measured_denied_or_a_phrase_is_not_stressed(kept: str) -> None:
    made = stressed(kept)
    assert made is None or ("xactly how many" in made and "big" in kept)
    assert made is None or "very" not in made
