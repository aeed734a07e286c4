"""Frozen files: what they hold is checked line by line, and what runs says who reviewed it."""

from __future__ import annotations

import json

import pytest

from llmrobust.errors import OperatorError
from llmrobust.operators import REGISTRY, Draw, Variant
from llmrobust.operators.frozen_variants import (
    FrozenFile,
    FrozenVariant,
    GuardScore,
    Review,
    State,
    kappa_pairs,
    parse_frozen,
    read_frozen,
    text_hash,
)
from llmrobust.operators.operator import Dropped
from tests.operators.prompts import SENTIMENTS, rendered, review

TEXT = "The food was good."


def frozen(text="The meal was fine.", original=TEXT, *decisions, **more):
    reviews = tuple(Review.on(text, reviewer, decision, "2026-11-28") for reviewer, decision in decisions)
    given = {
        "name": "paraphrase-1",
        "kind": "paraphrase",
        "target": "text",
        "example": "ex-1",
        "original": original,
        "original_sha256": text_hash(original),
        "text": text,
        "reviews": reviews,
    }
    return FrozenVariant(**{**given, **more})


def attempts(variants, prompt=None, *, name="frozen", allow=False, example="ex-1", **params):
    operator = REGISTRY.get(name)
    key = {"paraphrase": "wordings", "context.irrelevant": "sentences"}.get(name, "variants")
    draw = Draw(0, name, example, {"text": TEXT}, SENTIMENTS, allow_unreviewed=allow)
    given = operator.params(**{key: variants}, **params)
    return list(operator.attempts(prompt or review(TEXT), given, draw))


def test_a_file_is_read_as_it_was_written():
    scored = frozen(guards={"embedding": GuardScore(verdict="passed", score=0.91)}, expected="negative")
    file = FrozenFile("triage", (scored, frozen(name="paraphrase-2", example="ex-2")))
    assert read_frozen(file.text()) == file
    assert json.loads(file.text().split("\n")[0]) == {"llmrobust_frozen": 1, "suite": "triage"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"original": "The food was bad."}, "line 2: original_sha256 is not the SHA-256 of original"),
        ({"target": "instruction"}, "line 2: a variant of instruction needs no example"),
        ({"example": None}, "line 2: a variant of text needs an example"),
        ({"name": "x.unreviewed"}, "line 2: a name must not end with .unreviewed"),
        ({"texts": "x"}, "line 2: texts: Extra inputs"),
        ({"relation": "equal"}, "line 2: relation: Input should be"),
    ],
)
def test_a_wrong_line_is_named(change, said):
    line = {**frozen().model_dump(mode="json"), **change}
    with pytest.raises(ValueError, match=said):
        read_frozen('{"llmrobust_frozen": 1}\n' + json.dumps(line))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not written by"),
        ("- a wording", "not written by"),
        ('{"llmrobust_frozen": 2}', "it has format 2, and this llmrobust reads format 1"),
        ('{"llmrobust_frozen": 1}\n{"name": ', "line 2: it is not valid JSON"),
        ('{"llmrobust_frozen": 1}\n', "it has no variants"),
        (FrozenFile("a", (frozen(), frozen())).text(), 'line 3: the name "paraphrase-1" is used in line 2'),
        (FrozenFile("a", (frozen("x", TEXT, ("me", "rejected")),)).text(), "every variant in it is rejected"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(text, said):
    with pytest.raises(ValueError, match=said):
        parse_frozen(text)


def test_every_reviewer_must_approve():
    assert frozen().state is State.UNREVIEWED
    assert frozen("t", TEXT, ("me", "approved")).state is State.APPROVED
    assert frozen("t", TEXT, ("me", "approved"), ("you", "rejected")).state is State.REJECTED
    assert frozen("t", TEXT, ("me", "rejected"), ("me", "approved")).state is State.APPROVED


def test_a_text_that_was_changed_after_its_review_is_not_reviewed():
    approved = frozen("t", TEXT, ("me", "approved"))
    assert approved.model_copy(update={"text": "another"}).state is State.UNREVIEWED


def test_an_edited_text_loses_the_scores_of_the_one_before():
    scored = frozen("t", guards={"embedding": GuardScore(verdict="passed", score=0.91)})
    edited = scored.reviewed(Review.on("better", "me", "approved", "2026-11-28"), "better")
    assert (edited.text, edited.edited_from, edited.state) == ("better", "t", State.APPROVED)
    assert edited.guards["embedding"] == GuardScore(verdict="not run", why="the text was edited in review")


def test_reviewers_are_compared_where_both_decided():
    both = frozen("t", TEXT, ("ann", "approved"), ("bob", "rejected"))
    assert list(kappa_pairs([both, frozen("t", TEXT, ("ann", "approved"))])) == [("ann", "bob", "approved", "rejected")]


def test_an_approved_variant_replaces_the_value_of_its_example():
    (made,) = attempts([frozen("A fine meal.", TEXT, ("me", "approved"))])
    assert isinstance(made, Variant)
    assert made.name == "paraphrase-1"
    assert "A fine meal." in made.prompt.messages[0].text
    assert TEXT not in made.prompt.messages[0].text
    assert attempts([frozen("A fine meal.", TEXT, ("me", "approved"))], example="ex-2") == []


def test_a_variant_that_nobody_reviewed_runs_only_where_that_is_allowed_and_says_so():
    assert attempts([frozen()]) == [Dropped("paraphrase-1", "was not reviewed: run `llmrobust review`")]
    (made,) = attempts([frozen()], allow=True)
    assert isinstance(made, Variant)
    assert made.name == "paraphrase-1.unreviewed"


def test_a_stale_variant_is_said_even_where_it_was_approved():
    stale = frozen("A fine meal.", "The food was bad.", ("me", "approved"))
    (dropped,) = attempts([stale])
    assert dropped == Dropped("paraphrase-1", "went stale: its original changed since it was made")
    assert dropped.reason == dropped.why


def test_new_gold_and_relation_go_with_the_variant():
    approved = ("me", "approved")
    (made,) = attempts(
        [
            frozen(
                "The food was not good.",
                TEXT,
                approved,
                relation="follows",
                expected="negative",
                kind="negation.verbal",
            )
        ]
    )
    assert (made.expected, made.relation) == ("negative", "follows")
    assert made.detail["kind"] == "negation.verbal"


def test_kinds_are_chosen_with_or_without_sub_type():
    approved = ("me", "approved")
    two = [
        frozen("a", TEXT, approved),
        frozen("b", TEXT, approved, name="negation-1", kind="negation.verbal"),
    ]
    assert [one.name for one in attempts(two, kinds=["negation"])] == ["negation-1"]
    assert [one.name for one in attempts(two, kinds=["negation.verbal", "paraphrase"])] == [
        "paraphrase-1",
        "negation-1",
    ]
    with pytest.raises(ValueError, match="it has negation, paraphrase"):
        attempts(two, kinds=["dialect"])


INSTRUCTION = "Say if the review of {{ thing }} is positive or negative."


def instruction(text, *decisions, **more):
    given = {"target": "instruction", "example": None, **more}
    return frozen(text, INSTRUCTION, *decisions, **given)


def templated():
    template = "{% instruction %}" + INSTRUCTION + "{% endinstruction %}\n{{ text }}\n"
    return rendered(template, {"thing": "a hotel", "text": TEXT}, SENTIMENTS)


@pytest.mark.parametrize("name", ["frozen", "paraphrase"])
def test_an_instruction_is_replaced_with_the_values_of_its_variables(name):
    reworded = "Is the review of {{ thing }} positive or negative?"
    (made,) = attempts([instruction(reworded, ("me", "approved"))], templated(), name=name)
    assert made.prompt.messages[0].text.startswith("Is the review of a hotel positive or negative?\n")


def test_an_instruction_that_lost_a_label_is_dropped():
    (made,) = attempts([instruction("Is the review of {{ thing }} positive?", ("me", "approved"))], templated())
    assert made == Dropped("paraphrase-1", 'has lost "negative"')


def test_paraphrase_takes_only_what_keeps_the_answer():
    approved = ("me", "approved")
    found = attempts(
        [
            instruction("Is the review of {{ thing }} positive or negative?", approved),
            instruction("Is it positive or negative ({{ thing }})?", approved, name="n", relation="no-promise"),
        ],
        templated(),
        name="paraphrase",
    )
    assert [one.name for one in found] == ["paraphrase-1"]


def test_published_columns_takes_a_frozen_file():
    approved = frozen("A fine meal.", TEXT, ("me", "approved"))
    (made,) = attempts([approved], name="published.columns", of="text")
    assert "A fine meal." in made.prompt.messages[0].text
    with pytest.raises(ValueError, match="it has variants of text"):
        attempts([approved], name="published.columns", of="question")


def test_paraphrase_says_where_a_file_has_nothing_for_it():
    with pytest.raises(ValueError, match="no variant of instruction that keeps the answer"):
        attempts([frozen("A fine meal.", TEXT, ("me", "approved"))], name="paraphrase")


ADDED = "Another restaurant closed last year."
TAKES = {"context.irrelevant": "context.unrelated", "context.misleading": "context.related",
         "context.partial": "context.partial"}  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), TAKES.items())
def test_context_operators_put_the_passages_of_a_frozen_file_before_their_text(name, kind):
    approved = ("me", "approved")
    passage = frozen(f"{ADDED} {TEXT}", TEXT, approved, name=f"{kind}-1", kind=kind)
    (made,) = attempts([passage, frozen("A fine meal.", TEXT, approved)], name=name)
    assert f"{ADDED} {TEXT}" in made.prompt.messages[0].text
    assert (made.name, made.detail["kind"]) == (f"{kind}-1", kind)
    with pytest.raises(ValueError, match=f"no variant of the kind {kind}; it has paraphrase"):
        attempts([frozen("A fine meal.", TEXT, approved)], name=name)


def test_context_operators_say_what_is_stale_unreviewed_or_edited():
    approved = ("me", "approved")
    kind = {"kind": "context.related"}
    found = attempts(
        [
            frozen(f"{ADDED} {TEXT}", TEXT, name="a", **kind),
            frozen(f"{ADDED} Old.", "Old.", approved, name="b", **kind),
            frozen(f"{ADDED} The food was edited.", TEXT, approved, name="c", **kind),
        ],
        name="context.misleading",
    )
    assert [(one.name, one.why) for one in found] == [
        ("a", "was not reviewed: run `llmrobust review`"),
        ("b", "went stale: its original changed since it was made"),
        ("c", "does not end with its original any more: run it by `frozen`"),
    ]
    (made,) = attempts([frozen(f"{ADDED} {TEXT}", TEXT, name="a", **kind)], name="context.misleading", allow=True)
    assert made.name == "a.unreviewed"


def test_passages_of_a_frozen_file_stand_where_the_suite_says():
    herring = frozen(f"{ADDED} {TEXT}", TEXT, ("me", "approved"), name="red_herring-1", kind="red_herring")
    made = attempts([herring], name="context.irrelevant", kind="related", position=["before", "after"])
    assert [one.name for one in made] == ["before-red_herring-1", "after-red_herring-1"]
    assert f"{TEXT} {ADDED}" in made[1].prompt.messages[0].text
    with pytest.raises(ValueError, match="taken as it is: leave out count, samples and severity"):
        attempts([herring], name="context.irrelevant", kind="related", count=2)


DOCUMENTS = "{% for d in documents %}{% context %}{{ d }}{% endcontext %}\n{% endfor %}Q: {{ question }}\nA:\n"
FIELDS = {
    "documents": ["Anna lives in Paris.", "Anna has lived in Paris since 2001.", "Paris is where Anna lives."],
    "question": "Where does Anna live?",
    "spare": ["Anna has a cat."],
}


def documents(variants, *, name="rag.counterfactual", allow=False, **params):
    operator = REGISTRY.get(name)
    draw = Draw(0, name, "ex-1", FIELDS, (), "Paris", allow_unreviewed=allow)
    given = operator.params(variants=variants, position="top", **params)
    return list(operator.attempts(rendered(DOCUMENTS, FIELDS, ()), given, draw))


def against(number, *decisions, text="Anna lives in Rome."):
    original = FIELDS["documents"][number]
    return frozen(
        text, original, *decisions, name=f"block{number + 1}-counterfactual-1", kind="counterfactual", target="d"
    )


def test_rag_counterfactual_takes_documents_of_a_frozen_file():
    approved = ("me", "approved")
    (made,) = documents([against(1, approved, text="Anna has lived in Rome since 2001.")], rate=0.3)
    shown = made.prompt.messages[0].text
    assert "Anna has lived in Rome since 2001." in shown
    assert "Anna lives in Paris." in shown
    assert (made.relation, made.detail) == (None, {"support": 2, "against": 1})
    (made,) = documents([against(0, approved), against(1, approved)], rate=0.7)
    assert made.prompt.messages[0].text.count("Anna lives in Rome.") == 2
    assert made.relation == "no-promise"
    assert "Anna has a cat." in documents([against(0, approved)], name="rag.mix", rate=1)[0].prompt.messages[0].text


def test_rag_says_which_documents_it_does_not_use():
    stale = against(0, ("me", "approved")).model_copy(
        update={"original": "Gone.", "original_sha256": text_hash("Gone.")}
    )
    assert documents([against(1), stale]) == [
        Dropped("block2-counterfactual-1", "was not reviewed: run `llmrobust review`"),
        Dropped("block1-counterfactual-1", "went stale: its original changed since it was made"),
    ]
    (made,) = documents([against(1)], allow=True)
    assert made.name == "0.unreviewed"


def test_the_examples_that_are_gone_are_counted():
    params = REGISTRY.get("frozen").params(variants=[frozen("t", TEXT, ("me", "approved"))])
    assert params.lost({"ex-2"}) == {"the suite has no example ex-1": 1}
    assert params.lost({"ex-1"}) == {}


def test_an_operator_alone_raises_for_what_it_drops():
    operator = REGISTRY.get("frozen")
    with pytest.raises(OperatorError, match="was not reviewed"):
        list(operator.variants(review(TEXT), operator.params(variants=[frozen()]), Draw(0, "frozen", "ex-1")))
