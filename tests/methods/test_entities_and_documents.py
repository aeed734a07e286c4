"""Entity ensembles, and answers from the documents that help."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmrobust.methods import METHODS, NotUsable
from llmrobust.methods.documents import passages_of, with_documents, without_passages
from llmrobust.methods.entities import EntityParams, combined, members_of
from llmrobust.methods.sending import Heard, Question, Setting
from llmrobust.prompt.spans import Message, Prompt
from llmrobust.prompt.template import Origin, Template
from llmrobust.request import Request
from tests.methods.test_sent_prompts import LABELS, prompt

SETTING = Setting(0, LABELS)


def question(text: str, labels=LABELS) -> Question:
    one = prompt(text)
    return Question("a", "", "", one, one, Request(one.as_messages(), labels=labels))


def test_an_ensemble_holds_the_prompt_and_replacements_of_each_type_by_their_weight():
    one = question("Anna liked the film that she saw in Paris.")
    members = members_of(one, EntityParams(n=3, types={"person": 0.5, "place": 1.0}), SETTING)
    assert members[0].prompt == one.prompt
    assert [round(member.weight, 6) for member in members] == [1.0, *[0.5] * 3, *[1.0] * 3]
    texts = [member.prompt.as_messages()[0][1] for member in members[1:]]
    assert len(set(texts)) == 6
    assert all("Anna" not in text for text in texts[:3])
    assert all("Paris" not in text for text in texts[3:])


def test_the_mean_is_weighted_by_hand():
    one = question("Anna liked the film that she saw in Paris.")
    members = members_of(one, EntityParams(n=1, types={"person": 0.5, "place": 1.0}), SETTING)
    heard = [Heard("", None, shares) for shares in ((0.8, 0.2), (0.1, 0.9), (0.3, 0.7))]
    said = combined(heard, members, one, SETTING)
    # (.8 + .5 * .1 + .3) / 2.5 = .46
    assert said.probabilities == pytest.approx((0.46, 0.54))
    assert said.answer == "negative"


def test_it_repairs_an_answer_that_hangs_on_one_name():
    """A model that dislikes Anna and judges everybody else rightly."""
    one = question("Anna says that it is a good film.")
    members = members_of(one, EntityParams(), SETTING)
    heard = [Heard("", None, (0.2, 0.8) if "Anna" in m.prompt.as_messages()[0][1] else (0.9, 0.1)) for m in members]
    assert combined(heard[:1], members[:1], one, SETTING).answer == "negative"
    assert combined(heard, members, one, SETTING).answer == "positive"


def test_it_hurts_where_the_name_is_what_decides():
    """A model that knows Paris as the capital, of which any other city says nothing."""
    one = question("The film is set in Paris.")
    members = members_of(one, EntityParams(), SETTING)
    assert len(members) > 1
    heard = [Heard("", None, (0.9, 0.1) if "Paris" in m.prompt.as_messages()[0][1] else (0.2, 0.8)) for m in members]
    assert combined(heard, members, one, SETTING).answer == "negative"


def test_without_entities_it_asks_once_and_says_so():
    method = METHODS.get("entity-ensemble")
    course = method.sending.function([question("a good film")], method.params(), SETTING)
    assert len(next(course)) == 1
    with pytest.raises(StopIteration) as done:
        course.send([Heard("positive", "positive")])
    assert done.value.value.notes == ("1 of 1 prompts name nobody and no place: answered plainly",)
    assert done.value.value.said[0].answer == "positive"


def test_answers_that_are_new_names_count_as_the_old_ones():
    free = Setting(0)
    one = question("Anna met Tom in Paris. Who was in Paris?", labels=())
    members = members_of(one, EntityParams(n=2, types={"person": 1.0}), free)
    heard = [Heard("", "Tom")] + [Heard("", member.new["Anna"]) for member in members[1:]]
    said = combined([heard[0], *heard[1:]], members, one, free)
    assert said.answer in ("Anna", "Tom")
    assert combined(heard[1:], members[1:], one, free).answer == "Anna"


DOCUMENTS = "[1] Cats sleep all day.\n\n[2] Paris is the capital of France.\n\n[3] Lyon is the capital of France."
ASKS = "{% instruction %}Answer from the documents.{% endinstruction %}\n{{ documents }}\n\nQuestion: {{ question }}\nAnswer:"
FIELDS = {"documents": DOCUMENTS, "question": "What is the capital of France?"}


def retrieval(template: str = ASKS, fields=FIELDS) -> Question:
    spans = Template(template, Origin(Path("x"))).render(fields, (), ())
    one = Prompt((Message("user", tuple(spans)),), "chat")
    passages = {name: value for name, value in fields.items() if name == "documents"}
    return Question("a", "", "", one, one, Request(one.as_messages()), passages=passages)


def which(one: Question, judge, **params):
    """The prompts that the method judges with, the one that it answers from, and its notes."""
    method = METHODS.get("which-documents")
    course = method.sending.function([one], method.params(**params), Setting(0))
    judging = [probe.request for probe in next(course)]
    (probe,) = course.send([Heard(judge(request.messages[0][1])) for request in judging])
    with pytest.raises(StopIteration) as done:
        course.send([Heard("x", "x")])
    return [request.messages[0][1] for request in judging], probe.request.messages[0][1], done.value.value.notes


def test_documents_that_do_not_help_are_left_out_with_their_numbers():
    def judge(text: str) -> str:
        return "irrelevant" if "Cats" in text else "Incorrect." if "Lyon" in text else "helpful"

    judging, answered, notes = which(retrieval(), judge)
    assert len(judging) == 3
    assert judging[0].startswith("Question: What is the capital of France?\nDocument: Cats sleep all day.\n")
    assert answered == (
        "Answer from the documents.\n[1] Paris is the capital of France.\n\nQuestion: What is the capital of France?\nAnswer:"
    )
    assert notes == ("left out 2 of 3 documents",)


def test_a_blind_judge_hurts_as_it_drops_the_document_with_the_answer():
    _, answered, _ = which(retrieval(), lambda text: "irrelevant" if "Paris" in text else "helpful")
    assert "Paris" not in answered


def test_all_documents_stay_where_none_is_said_to_help():
    one = retrieval()
    _, answered, notes = which(one, lambda text: "irrelevant")
    assert answered == one.request.messages[0][1]
    assert "in 1 of 1 prompts no document was judged to help: all were kept" in notes


def test_what_cannot_be_read_as_a_judgement_keeps_the_document():
    one = retrieval()
    _, answered, notes = which(one, lambda text: "helpful or irrelevant, who knows")
    assert answered == one.request.messages[0][1]
    assert notes == ("left out 0 of 3 documents",)


def test_passages_of_a_loop_are_left_out_too():
    looped = (
        "{% instruction %}Answer.{% endinstruction %}\n{% for one in documents %}Document {{ loop.index }}: {{ one }}\n"
        "{% endfor %}Question: {{ question }}\nAnswer:"
    )
    fields = {"documents": ["Cats sleep.", "Paris it is.", "Lyon it is."], "question": "What is it?"}
    one = retrieval(looped, fields)
    read = with_documents(one)
    regions = list(passages_of(read))
    assert len(regions) == 3

    def without(*numbers: int) -> str:
        return without_passages(read, [regions[n] for n in numbers]).as_messages()[0][1]

    assert without(1) == "Answer.\nDocument 1: Cats sleep.\nDocument 3: Lyon it is.\nQuestion: What is it?\nAnswer:"
    assert without(2) == "Answer.\nDocument 1: Cats sleep.\nDocument 2: Paris it is.\nQuestion: What is it?\nAnswer:"
    assert without(0) == "Answer.\nDocument 1: Paris it is.\nDocument 3: Lyon it is.\nQuestion: What is it?\nAnswer:"
    assert without(0, 1) == "Answer.\nDocument 1: Lyon it is.\nQuestion: What is it?\nAnswer:"


def test_prompts_without_documents_and_unknown_judgements_are_refused():
    method = METHODS.get("which-documents")
    with pytest.raises(NotUsable, match="needs prompts with several documents"):
        next(method.sending.function([question("a film")], method.params(), Setting(0)))
    with pytest.raises(NotUsable, match='a document is never "bad": drop takes helpful, possibly relevant'):
        next(method.sending.function([retrieval()], method.params(drop=["bad"]), Setting(0)))
