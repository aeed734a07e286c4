"""Generation: nothing is asked twice, the budget is kept, and what a bad generator writes is caught."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from llmrobust.engine import Engine, Store
from llmrobust.errors import ModelError, WrongUse
from llmrobust.generate.kinds import KINDS, chosen_kinds
from llmrobust.generate.make import Estimate, ask, at_once, summary
from llmrobust.generate.questions import form_of, own_kind, questions_of, taken_back, tokens_of
from llmrobust.generate.review.screen import screen
from llmrobust.generate.subjects import subjects_of
from llmrobust.loading import load_suite_file
from llmrobust.models.protocol import ModelInfo
from llmrobust.operators.frozen_variants import read_frozen
from llmrobust.suitefile import Suite
from tests.generate.writer import WriterModel, as_json

GOOD = {
    "Since Monday the export of Ms Keller stops after 40 rows, see https://ex.org/x.": (
        "The export that Ms Keller runs has been ending after 40 rows since Monday (https://ex.org/x)."
    ),
    "How do I change the address that my invoices are sent to?": "Where can I enter another address for my invoices?",
}


def good(kind: str, text: str, request: object) -> str:
    return as_json(kind, GOOD[text])


def questions(suite: Suite, n: int = 1, kinds: tuple[str, ...] = ("paraphrase",), target: str = "text"):
    return list(questions_of(subjects_of(suite, target), chosen_kinds(kinds), n, seed=0, temperature=0.8))


def test_what_fails_no_guard_is_kept_with_all_that_is_known_of_it(generated):
    made = generated(good, ["paraphrase"])
    assert [(one.name, one.example) for one in made.kept] == [("paraphrase-1", "a"), ("paraphrase-1", "b")]
    first = made.kept[0]
    assert first.text == GOOD[first.original]
    assert first.relation == "same"
    assert first.rationale == "as asked"
    assert first.generator is not None
    assert (first.generator.model, first.generator.prompt, first.generator.prompt_version) == (
        "writer-1",
        "paraphrase",
        "1",
    )
    assert {name: score.verdict for name, score in first.guards.items()} == {
        "contract": "passed",
        "logic": "passed",
        "question": "not run",
        "places": "passed",
        "roles": "not run",
        "leak": "passed",
        "language": "passed",
        "length": "passed",
        "duplicate": "passed",
    }


BAD = {
    "a lost number": (lambda k, t, r: as_json(k, GOOD[t].replace("40", "many")), "contract"),
    "another number": (lambda k, t, r: as_json(k, GOOD[t].replace("40", "14")), "contract"),
    "a new number": (lambda k, t, r: as_json(k, GOOD[t] + " It has happened 3 times."), "contract"),
    "a lost name": (lambda k, t, r: as_json(k, GOOD[t].replace("Keller", "Meier")), "contract"),
    "a lost address": (lambda k, t, r: as_json(k, GOOD[t].replace("https://ex.org/x", "the page")), "contract"),
    "another language": (
        lambda k, t, r: as_json(
            k, "Seit Monday bricht der Export von Ms Keller nach 40 Zeilen ab, das ist auf https://ex.org/x zu sehen."
        ),
        "language",
    ),
    "the same text": (lambda k, t, r: as_json(k, t), "duplicate"),
    "the same but for punctuation": (lambda k, t, r: as_json(k, t.upper().replace(",", "")), "duplicate"),
    "a preamble": (lambda k, t, r: as_json(k, "Sure, here is the rewritten text: " + GOOD[t]), "leak"),
    "what it was told": (
        lambda k, t, r: as_json(k, GOOD[t] + " Rewrite the text in other words. Its meaning, and"),
        "leak",
    ),
    "three times as much": (lambda k, t, r: as_json(k, " ".join([GOOD[t]] * 4)), "length"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_text_is_caught_by_its_guard(generated, name):
    write, guard = BAD[name]
    made = generated(lambda k, t, r: write(k, t, r) if "Keller" in t else good(k, t, r), ["paraphrase"])
    assert [one.example for one in made.kept] == ["b"]
    (rejected,) = made.rejected
    assert guard in rejected.failed, rejected.guards
    (kind,) = made.kinds
    assert (kind.asked, kind.kept, kind.failed[guard]) == (2, 1, 1)


UNUSABLE = {
    "not JSON": lambda k, t, r: GOOD[t],
    "a refusal": lambda k, t, r: "I'm sorry, but I can't help with that.",
    "JSON without a text": lambda k, t, r: json.dumps({"type": k, "rationale": "x"}),
    "another type than asked for": lambda k, t, r: as_json("negation", GOOD[t]),
    "the form itself, not filled in": lambda k, t, r: as_json(k, "..."),
}


@pytest.mark.parametrize("reason", UNUSABLE)
def test_a_reply_without_a_variant_says_why(generated, reason):
    made = generated(UNUSABLE[reason], ["paraphrase"])
    assert not made.kept
    assert made.kinds[0].unusable == {reason: 2}
    assert f"unusable: {reason} (2)" in summary(made)


def test_json_in_a_fence_or_after_words_is_read(generated):
    made = generated(lambda k, t, r: f"Here you are:\n```json\n{good(k, t, r)}\n```", ["paraphrase"])
    assert len(made.kept) == 2


def test_a_negation_has_its_new_gold_answer(generated):
    negated = {
        "a": "Since Monday the export of Ms Keller has not stopped after 40 rows, see https://ex.org/x.",
        "b": "I do not want to know how I change the address that my invoices are sent to.",
    }
    made = generated(
        lambda k, t, r: as_json(
            k, negated["a" if "Keller" in t else "b"], answer="Question" if "Keller" in t else "question"
        ),
        ["negation.verbal"],
    )
    assert [(one.relation, one.expected, one.kind) for one in made.kept] == [
        ("follows", "question", "negation.verbal"),
        ("same", None, "negation.verbal"),
    ]


def test_a_demonstration_is_another_example_with_its_answer(generated, suite):
    other = {1: "The import of Mr Jones fails with error 500.", 2: "Where do I find the list of all my open orders?"}
    made = generated(
        lambda k, t, r: as_json(k, other[r.repeat + 1], answer=("bug", "question")[r.repeat]), ["demonstration"], n=2
    )
    assert {guard for one in made.rejected for guard in one.failed} <= {"duplicate"}
    assert {(one.expected, one.relation) for one in made.kept} == {("bug", "no-promise"), ("question", "no-promise")}
    told = [one.told for one in questions(suite, kinds=("demonstration",), n=2)]
    assert "Its right answer is the same." in told[0]
    assert "Its right answer is another one." in told[1]


def test_an_answer_that_is_no_label_is_unusable(generated):
    made = generated(lambda k, t, r: as_json(k, GOOD[t], answer="neither"), ["negation.verbal"])
    assert made.kinds[0].unusable == {"an answer that is no label": 2}


def test_added_context_stands_before_the_original(generated):
    made = generated(lambda k, t, r: as_json(k, "Exports were slow last year."), ["red_herring"])
    assert made.kept[0].text == f"Exports were slow last year. {made.kept[0].original}"
    assert made.kept[0].detail == {"added": "Exports were slow last year."}


def test_an_instruction_keeps_its_placeholders_and_labels(generated):
    made = generated(
        lambda k, t, r: as_json(k, "Is this message for {{ team }} a bug or a question?"), ["paraphrase"], "instruction"
    )
    assert [(one.target, one.example) for one in made.kept] == [("instruction", None)]
    lost = generated(
        lambda k, t, r: as_json(k, "Is this message for sales a bug or a question?"), ["paraphrase"], "instruction"
    )
    assert lost.rejected[0].guards["contract"].why == 'the placeholder "{{ team }}" is gone'
    lost = generated(lambda k, t, r: as_json(k, "Is this message for {{ team }} a bug?"), ["paraphrase"], "instruction")
    assert lost.rejected[0].guards["contract"].why == 'the label "question" is gone'


def test_the_words_that_must_stay_are_told(suite):
    prompt = questions(suite)[0].request.messages[-1][1]
    assert 'Keep these as they are: ["https://ex.org/x", "40", "Keller"].' in prompt


def test_several_variants_differ_by_design_and_two_alike_are_one(suite, generated):
    asked = questions(suite, 3)
    assert len({one.request.messages for one in asked[:3]}) == 3
    assert [one.request.sampling.seed for one in asked[:3]] == [0, 1, 2]
    made = generated(good, ["paraphrase"], n=2)
    assert len(made.kept) == 2
    assert [one.guards["duplicate"].why for one in made.rejected] == ["it is a variant that there is already"] * 2


THERE = {
    "a": "Seit Monday bricht der Export von Ms Keller nach 40 Zeilen ab, das ist auf https://ex.org/x zu sehen.",
    "b": "Wie kann ich die Adresse ändern, an die meine Rechnungen geschickt werden sollen?",
}


def translator(kind: str, text: str, request: object) -> str:
    if kind == "translation":
        return json.dumps({"type": kind, "text": THERE["a" if "Keller" in text else "b"]})
    original = next(one for one in GOOD if ("Keller" in one) == ("Keller" in text))
    assert text in THERE.values(), "what is taken back is the translation, not the original"
    return json.dumps({"type": kind, "text": GOOD[original]})


def test_a_back_translation_is_two_requests_and_keeps_the_text_between_them(generated, suite):
    made = generated(translator, ["back_translation.de"])
    assert [one.text for one in made.kept] == [*GOOD.values()]
    assert made.kept[1].detail == {"pivot": THERE["b"], "pivot_language": "German"}
    there, back = (questions(suite, kinds=("back_translation.de",))[1] for _ in range(2))
    assert "from English into German" in there.request.messages[-1][1]
    back = taken_back(there, THERE["b"])
    assert "from German into English" in back.request.messages[-1][1]
    assert THERE["b"] in back.request.messages[-1][1]
    assert there.subject.text not in back.request.messages[-1][1]
    assert "by way of German: Wie kann ich" in " ".join(screen(made.kept[1], 1, 2, 200, False).split())


@pytest.mark.parametrize(
    ("translation", "reason"),
    [
        ("  How do I change the address that my invoices are sent to? ", "the original instead of its translation"),
        (
            "I would like to know how I could change the address that all of my bills are sent to.",
            'a translation into "en" instead of "de"',
        ),
        ("", "JSON without a text"),
    ],
)
def test_a_translation_that_is_none_is_not_taken_back(generated, translation, reason):
    made = generated(
        lambda k, t, r: as_json(k, translation) if k == "translation" and "Keller" not in t else translator(k, t, r),
        ["back_translation.de"],
    )
    assert [one.example for one in made.kept] == ["a"]
    assert made.kinds[0].unusable == {reason: 1}


def test_an_interrupted_back_translation_goes_on_with_the_hop_that_is_missing(suite, tmp_path: Path):
    asked = questions(suite, 3, ("back_translation",))
    assert Estimate.of(asked).requests == 2 * len(asked) == 36
    store = tmp_path / "replies.sqlite"

    dying = WriterModel(lambda k, t, r: as_json(k, f"Das ist {k} {len(t)}."), dies_after=23, max_batch=1)
    engine = Engine(dying, lambda: Store(store))
    with pytest.raises(ModelError, match="went away"):
        ask(asked, engine, None, lambda _: None)
    engine.close()
    again = WriterModel(lambda k, t, r: as_json(k, f"Das ist {k} {len(t)}."), max_batch=1)
    engine = Engine(again, lambda: Store(store))
    done = ask(asked, engine, None, lambda _: None)
    engine.close()
    assert len(done.replies) == 18
    assert not set(again.sent) & set(dying.sent)
    assert len(again.sent) + len(dying.sent) == 36
    assert [(one.subject.example, one.name) for one, _ in done.replies] == [
        (one.subject.example, one.name) for one in asked
    ]


def test_a_budget_that_ends_between_the_hops_is_said_and_kept(suite):
    asked = questions(suite, 6, ("back_translation.de",))
    model = WriterModel(translator, prompt_tokens=100)
    engine = Engine(model, lambda: Store(None))
    done = ask(asked, engine, 2000, lambda _: None)
    engine.close()
    assert done.tokens <= 2000
    assert done.unasked == 12 - len(done.replies) > 0


def test_a_text_is_not_translated_into_its_own_language(suite):
    german = [replace(one, language="de") for one in subjects_of(suite, "text")]
    asked = list(questions_of(german, chosen_kinds(["back_translation"]), 1, seed=0, temperature=0.8))
    assert {one.subtype for one in asked} == {"fr", "zh"}
    assert "from German into French" in asked[0].request.messages[-1][1]


def test_a_reply_is_asked_for_as_json_of_a_fixed_form(suite):
    (question, *_) = questions(suite, kinds=("negation.double",))
    given = json.loads(question.request.structured)["response_format"]["json_schema"]["schema"]
    assert given == form_of(question)
    assert given["properties"]["type"] == {"type": "string", "enum": ["negation.double"]}
    assert given["properties"]["answer"]["enum"] == ["bug", "question"]
    assert given["required"] == ["type", "text", "rationale", "answer"]


def test_an_interrupted_run_asks_for_nothing_twice(suite, tmp_path: Path):
    asked = questions(suite, 6)
    store = tmp_path / "replies.sqlite"
    dying = WriterModel(good, dies_after=5, max_batch=1)
    engine = Engine(dying, lambda: Store(store))
    with pytest.raises(ModelError, match="went away"):
        ask(asked, engine, None, lambda _: None)
    engine.close()
    again = WriterModel(good, max_batch=1)
    engine = Engine(again, lambda: Store(store))
    done = ask(asked, engine, None, lambda _: None)
    engine.close()
    assert len(done.replies) == 12
    assert not set(again.sent) & set(dying.sent)
    assert len(dying.sent) + len(again.sent) == 12


def test_a_model_in_this_process_is_sent_what_it_can_store_at_once(suite):
    server = ModelInfo("x", "x", "http", "w", 4096, 64, 1)
    local = replace(server, backend="hf")
    assert (at_once(server, 0.8), at_once(local, 0.8), at_once(local, 0)) == (64, 1, 16)


def test_the_budget_is_kept_and_what_it_leaves_out_is_counted(suite, tmp_path: Path):
    asked = questions(suite, 6)
    worst = max(sum(tokens_of(one.request)) for one in asked)
    model = WriterModel(good)
    store = tmp_path / "replies.sqlite"
    engine = Engine(model, lambda: Store(store))
    done = ask(asked, engine, worst + 20, lambda _: None)
    engine.close()
    assert done.tokens <= worst + 20
    assert done.unasked == len(asked) - len(model.sent) > 0
    assert done.tokens == 15 * len(model.sent)
    second = WriterModel(good)
    engine = Engine(second, lambda: Store(store))
    rest = ask(asked, engine, 1_000_000, lambda _: None)
    engine.close()
    assert rest.unasked == 0
    assert not set(second.sent) & set(model.sent)


def test_prompts_that_cost_more_than_estimated_correct_the_estimate(suite):
    asked = questions(suite, 6)
    model = WriterModel(good, prompt_tokens=2000)
    engine = Engine(model, lambda: Store(None))
    done = ask(asked, engine, 9000, lambda _: None)
    engine.close()
    assert 2005 < done.tokens <= 9000
    assert done.unasked == 12 - len(model.sent)


def test_where_a_server_counts_no_tokens_the_budget_is_kept_by_estimates(suite):
    asked = questions(suite, 6)
    model = WriterModel(lambda k, t, r: "x" * 300, prompt_tokens=0)
    engine = Engine(model, lambda: Store(None))
    done = ask(asked, engine, 3 * sum(tokens_of(asked[0].request)), lambda _: None)
    engine.close()
    assert 0 < len(model.sent) < 12
    assert done.tokens > 0


def test_an_estimate_is_shown_in_words(suite):
    asked = questions(suite, 2)
    estimate = Estimate.of(asked)
    assert estimate.requests == 4
    assert estimate.tokens == sum(sum(tokens_of(one.request)) for one in asked)
    assert str(Estimate(1, 2000, 300)) == "1 request: about 2,000 prompt tokens, at most 300 answer tokens"


def test_every_kind_makes_requests_of_what_it_is_made_of(suite):
    for kind in KINDS:
        for target in ("instruction", "text"):
            made = questions(suite, kinds=(kind.name,), target=target)
            assert bool(made) == (("instruction" if target == "instruction" else "input") in kind.targets), kind.name
            assert len({one.name for one in made if one.subject.example in (None, "a")}) == len(
                kind.subtypes or "x"
            ) * bool(made)


def test_an_unknown_kind_or_sub_type_is_named():
    with pytest.raises(WrongUse, match='unknown kind "parafrase"; did you mean "paraphrase"'):
        chosen_kinds(["parafrase"])
    with pytest.raises(WrongUse, match='unknown sub-type of negation "verbl"; did you mean "verbal"'):
        chosen_kinds(["negation.verbl"])


def test_a_prompt_of_ones_own_says_which_placeholder_is_wrong(suite):
    with pytest.raises(WrongUse, match=r"line 2: unknown placeholder \{\{ txt \}\}"):
        own_kind("mine", "Rewrite\n{{ txt }}", "same")
    with pytest.raises(WrongUse, match="it needs"):
        own_kind("mine", "Rewrite it", "same")
    kind = own_kind("As pirates", "As a pirate says it, keeping {{ keep }}: {{ text }}", "same")
    (first, _) = questions_of(subjects_of(suite, "text"), [kind], 1, seed=0, temperature=0)
    assert first.request.messages[-1][1].startswith(
        'As a pirate says it, keeping ["https://ex.org/x", "40", "Keller"]: Since'
    )
    assert first.name == "as_pirates-1"


def test_the_target_must_be_clear(suite):
    with pytest.raises(WrongUse, match="--of: name the variable that is rewritten; the prompt's inputs are team, text"):
        subjects_of(suite, "input")
    with pytest.raises(WrongUse, match='the prompt has no variable "txt"'):
        subjects_of(suite, "txt")


def test_every_document_of_an_example_is_a_text_of_its_own(tmp_path: Path):
    path = tmp_path / "rag.robust.yaml"
    path.write_text(
        """\
suite: rag
prompt:
  user: |
    {% for d in documents %}{% context %}{{ d }}{% endcontext %}
    {% endfor %}{{ question }}
examples:
  - {id: a, documents: [Anna lives in Paris., Ben has a cat., Anna lives in Paris.], question: "Where?", answer: Paris}
answer: {field: answer, check: exact}
""",
        encoding="utf-8",
    )
    subjects = subjects_of(load_suite_file(path, tmp_path), "d")
    assert [(one.text, one.gold) for one in subjects] == [("Anna lives in Paris.", ("Paris",)), ("Ben has a cat.", ())]
    asked = questions_of(subjects, chosen_kinds(["counterfactual"]), 1, seed=0, temperature=0)
    assert [one.name for one in asked] == ["counterfactual-1", "block2-counterfactual-1"]


def test_what_was_made_is_a_frozen_file(generated, suite):
    from llmrobust.operators.frozen_variants import FrozenFile

    file = FrozenFile(suite.name, generated(good, ["paraphrase"]).kept)
    assert read_frozen(file.text()) == file
