"""The prompts that methods send, against the layouts and rules of the papers that they are from."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from llmrobust.methods import METHODS, NotUsable
from llmrobust.methods.demonstrations import FewShotParams, demonstrations
from llmrobust.methods.instructions import IGNORE, denoising_prompt, rewriting
from llmrobust.methods.method import at_least_one_right
from llmrobust.methods.prompt_parts import instruction_of, kept_of, values_of, with_inputs, with_instruction
from llmrobust.methods.rewritten_inputs import spelled
from llmrobust.methods.samples import most_frequent
from llmrobust.methods.sending import Heard, Question, Setting
from llmrobust.methods.several_models import core_weights
from llmrobust.prompt.fields import typed_output_field
from llmrobust.prompt.spans import Message, Prompt
from llmrobust.prompt.template import Origin, Template
from llmrobust.request import Request

LABELS = ("positive", "negative")
TEMPLATE = "{% instruction %}Is it positive or negative?{% endinstruction %}\nReview: {{ text }}\nSentiment:"
POOL = (
    {"text": "Dull and slow.", "answer": "negative"},
    {"text": "A joy to read.", "answer": "positive"},
    {"text": "What a slow film.", "answer": "negative"},
)


def prompt(text: str = "A fine film.", template: str = TEMPLATE, mode="chat") -> Prompt:
    spans = Template(template, Origin(Path("x"))).render({"text": text}, (), LABELS)
    return Prompt((Message("user", tuple(typed_output_field(spans))),), mode)


def question(one: Prompt, *, family: str = "", original: Prompt | None = None, example: str = "a", **shown) -> Question:
    return Question(
        example, "x" if family else "", family, one, original or one, Request(one.as_messages(), mode=one.mode), shown
    )


def sent(name: str, *questions: Question, pool=POOL, seed: int = 0, **params) -> list[str]:
    """The last message of each prompt that the method sends first."""
    method = METHODS.get(name)
    asking = method.sending.function(list(questions), method.params(**params), Setting(seed, LABELS, "answer", pool))
    return [probe.request.messages[-1][1] for probe in next(asking)]


def test_demonstrations_stand_between_the_instruction_and_what_is_asked():
    (text,) = sent("few-shot", question(prompt()))
    assert text == (
        "Is it positive or negative?\n"
        "Review: A joy to read.\nSentiment: positive\n\n"  # classes in turn, in the order of the labels
        "Review: Dull and slow.\nSentiment: negative\n\n"
        "Review: A fine film.\nSentiment:"
    )


def test_demonstrations_follow_the_evaluated_format_and_its_labels():
    other = prompt(template=TEMPLATE.replace("Review: ", "REVIEW::").replace("Sentiment:", "SENTIMENT::"))
    (text,) = sent("few-shot", question(other, family="format", original=prompt(), positive="A", negative="B"), k=1)
    assert text.endswith("REVIEW::A joy to read.\nSENTIMENT::A\n\nREVIEW::A fine film.\nSENTIMENT::")


def test_demonstrations_do_not_repeat_an_edit_of_the_input():
    edited = prompt("A fiine film.")
    (text,) = sent("few-shot", question(edited, family="typo", original=prompt()), k=1)
    assert "Review: A joy to read.\nSentiment: positive\n\nReview: A fiine film." in text


def test_demonstrations_of_a_conversation_are_turns():
    chat = prompt(template="{% instruction %}Is it positive or negative?{% endinstruction %} {{ text }}")
    method = METHODS.get("few-shot")
    asking = method.sending.function([question(chat)], method.params(k=1), Setting(0, LABELS, "answer", POOL))
    (probe,) = next(asking)
    assert probe.request.messages == (
        ("user", "A joy to read."),
        ("assistant", "positive"),
        ("user", "Is it positive or negative? A fine film."),
    )


def test_a_question_is_never_its_own_demonstration():
    for choose in ("fixed", "random", "nearest"):
        (text,) = sent("few-shot", question(prompt("Dull and slow.")), k=3, choose=choose)
        assert text.count("Dull and slow.") == 1


def test_the_nearest_demonstration_shares_the_most_words_and_stands_last():
    one = question(prompt("The film was slow."))
    found = demonstrations(one, FewShotParams(k=2, choose="nearest"), Setting(0, LABELS, "answer", POOL))
    # {the, film, was, slow} and {what, a, slow, film}: 2 of 6; {dull, and, slow}: 1 of 6; {a, joy, to, read}: 0 of 8.
    assert [row["text"] for row in found] == ["Dull and slow.", "What a slow film."]


def test_random_demonstrations_are_fixed_by_the_seed_and_the_example():
    def drawn(seed: int, example: str) -> list[str]:
        rows = tuple({"text": f"film {n}", "answer": "positive"} for n in range(50))
        one = question(prompt(), example=example)
        found = demonstrations(one, FewShotParams(k=3, choose="random"), Setting(seed, LABELS, "answer", rows))
        return [row["text"] for row in found]

    assert drawn(1, "a") == drawn(1, "a")
    assert drawn(1, "a") != drawn(2, "a")
    assert drawn(1, "a") != drawn(1, "b")


def test_few_shot_without_a_file_of_demonstrations_says_so():
    with pytest.raises(NotUsable, match=r"name their file under `methods:`, as in few-shot: \{pool: shots.jsonl\}"):
        sent("few-shot", question(prompt()), pool=())


def test_what_is_irrelevant_is_to_be_ignored():
    assert sent("ignore-irrelevant", question(prompt())) == [
        f"Is it positive or negative? {IGNORE}\nReview: A fine film.\nSentiment:"
    ]
    bare = prompt(template="{{ text }} Good?")
    assert sent("ignore-irrelevant", question(bare)) == [f"{IGNORE}\n\nA fine film. Good?"]


def test_only_the_input_is_normalised():
    one = prompt("A ﬁne\u200b  film.", TEMPLATE.replace("Is it", "Is  it"))
    assert sent("normalise", question(one)) == ["Is  it positive or negative?\nReview: A fine film.\nSentiment:"]


def test_a_value_that_protection_has_split_is_changed_as_a_whole():
    one = prompt("so  positive  a film")
    assert values_of(one) == {"text": "so  positive  a film"}
    assert with_inputs(one, lambda name, text: f"{name}={text.upper()}").as_messages()[0][1].splitlines()[1] == (
        "Review: text=SO  POSITIVE  A FILM"
    )


def test_self_denoising_asks_once_for_each_instruction_and_keeps_the_labels():
    first, second = prompt("A fine film."), prompt("A dull film.")
    texts = sent("self-denoising", question(first), question(second))
    assert len(texts) == 1
    assert "Keep these words exactly as they are: 'positive', 'negative'." in texts[0]
    assert texts[0].count("\nText: ") == 4  # three examples, and the instruction
    assert texts[0].endswith("\nText: Is it positive or negative?\nCorrected:")


def test_iterated_self_denoising_goes_on_until_nothing_changes():
    method = METHODS.get("self-denoising")
    noisy = prompt(template=TEMPLATE.replace("Is it", "Iss itt"))
    asking = method.sending.function([question(noisy)], method.params(rounds=5), Setting(0, LABELS))
    asked = [next(asking)]
    replies = ["Iss it positive or negative?", "Is it positive or negative?", "Is it positive or negative?"]
    asked += [asking.send([Heard(reply)]) for reply in replies]
    assert [probe.request.messages[-1][1].splitlines()[-2] for (probe,) in asked[:3]] == [
        "Text: Iss itt positive or negative?",
        "Text: Iss it positive or negative?",
        "Text: Is it positive or negative?",
    ]
    (last,) = asked[3]
    assert last.question == 0
    assert last.request.messages[-1][1] == "Is it positive or negative?\nReview: A fine film.\nSentiment:"


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("Sure!\n\n\"Is it 'good' or bad?\"", "Is it 'good' or bad?"),  # the last line, without quotes around it
        ("Corrected: Is it 'good' or bad?", "Is it 'good' or bad?"),
        ("", None),
        ("Is it good or bad?", None),  # the label in quotes is gone
        ("Is it 'good'?", None),  # a word to keep is gone
        ("Is it 'good' or bad? " + "x" * 500, None),  # longer than 512 characters
    ],
)
def test_rewritings_are_taken_back_by_the_published_rules(reply: str, found: str | None):
    assert rewriting(reply, "Iss it 'good' or bad?", ("bad",)) == found


def test_an_instruction_in_other_words_leaves_the_rest_of_the_prompt():
    one = prompt()
    assert instruction_of(one) == "Is it positive or negative?"
    assert kept_of(one) == LABELS
    assert with_instruction(one, "Say it.").as_messages() == (("user", "Say it.\nReview: A fine film.\nSentiment:"),)
    assert "Corrected:" in denoising_prompt("a\nb", ())
    assert "Text: a b\n" in denoising_prompt("a\nb", ())


def test_samples_have_seeds_and_a_temperature_and_are_written():
    method = METHODS.get("self-consistency")
    asking = method.sending.function([question(prompt())], method.params(n=3, temperature=0.9), Setting(0, LABELS))
    requests = [probe.request for probe in next(asking)]
    assert [one.sampling.seed for one in requests] == [0, 1, 2]
    assert {(one.sampling.temperature, one.scoring) for one in requests} == {(0.9, "text")}
    assert len(set(requests)) == 3


def test_the_most_frequent_sample_wins_and_ties_are_drawn_by_the_seed():
    assert most_frequent(["a", "b", None, "b"], 0) == "b"
    assert most_frequent([None, None], 0) is None
    drawn = [most_frequent(["a", "b"], 0, f"ex-{n}") for n in range(200)]
    assert 60 < drawn.count("a") < 140
    assert drawn == [most_frequent(["b", "a"], 0, f"ex-{n}") for n in range(200)]


def test_pass_at_k_by_hand():
    # Of 5 samples 2 are right. One of 1: 2/5. At least one of 3: 1 - C(3,3)/C(5,3) = 1 - 1/10.
    assert at_least_one_right(5, 2, 1) == pytest.approx(0.4)
    assert at_least_one_right(5, 2, 3) == pytest.approx(0.9)
    assert (at_least_one_right(5, 0, 5), at_least_one_right(5, 5, 1)) == (0, 1)


def test_spelling_is_corrected_but_not_names_labels_and_addresses():
    found = spelled("I recieve a wonderfull gift from Jonh, see http://exmaple.com or joe@exmple.com", keep=frozenset())
    assert found == "I receive a wonderful gift from Jonh, see http://exmaple.com or joe@exmple.com"
    assert spelled("gastly", keep=frozenset({"gastly"})) == "gastly"
    assert spelled("teh cat", shortest=3) == "the cat"


def test_core_weights_by_hand():
    shares = np.array([[0.6, 0.4], [0.9, 0.1], [0.5, 0.5]])
    inverse = [1 / -(p * math.log(p) + q * math.log(q)) for p, q in shares]
    main = max(inverse[0], inverse[1] + inverse[2])  # the main model counts at least as much as all others
    assert main > inverse[0]
    total = main + inverse[1] + inverse[2]
    assert core_weights(shares) == pytest.approx([main / total, inverse[1] / total, inverse[2] / total])
    assert core_weights(shares)[0] == pytest.approx(0.5)


def thoughts(one: Prompt, thought: str, **params) -> list[Request]:
    """The two requests of a chain of thought about one prompt."""
    method = METHODS.get("chain-of-thought")
    asking = method.sending.function([question(one)], method.params(**params), Setting(0, LABELS, "answer"))
    (first,) = next(asking)
    (second,) = asking.send([Heard(thought)])
    return [first.request, second.request]


def test_a_chain_of_thought_is_the_models_own_turn_in_a_conversation():
    first, second = thoughts(prompt(), " It is fine, so it is good. ", tokens=64)
    asked = "Is it positive or negative?\nReview: A fine film.\nSentiment:\nLet's think step by step."
    assert first.messages == (("user", asked),)
    assert (first.labels, first.scoring, first.sampling.max_tokens) == ((), "text", 64)
    assert second.messages == (
        ("user", asked),
        ("assistant", "It is fine, so it is good."),
        ("user", "Therefore, the answer is"),
    )
    assert second.sampling == question(prompt()).request.sampling


def test_a_chain_of_thought_is_one_text_where_the_model_continues_one():
    first, second = thoughts(prompt("Fine.", template="Q: {{ text }}\nA:", mode="completion"), "It is fine.")
    assert first.messages == (("user", "Q: Fine.\nA: Let's think step by step."),)
    assert second.messages == (
        ("user", "Q: Fine.\nA: Let's think step by step. It is fine.\nTherefore, the answer is"),
    )
