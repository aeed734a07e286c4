"""What else somebody does, and what they want to do, in a sentence of its own: "They walked. They covered 5 miles."."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at, finite_form, question, statement
from llmrobust.english.noun_phrases import inner, is_plural, like, raised
from llmrobust.operators.builtin.sentences.parsed import joined
from llmrobust.operators.builtin.sentences.person_phrases import acts, is_person
from llmrobust.operators.builtin.sentences.question_shapes import for_what_first, going_about
from llmrobust.operators.builtin.values.people import pronoun_of

_NO_DOING = frozenset(
    "be have include use start depend accord range make cause leave allow bring mean give consider assume follow "
    "concern regard result end come".split()
)
"""Verbs whose participle is a preposition, or says what came of the whole."""
_TASKS = frozenset("calculate find determine compute".split())
_ASKING = frozenset("how what where when who which".split())


def doing_apart(text: Analysis) -> str | None:
    """ "They walked north. They covered 5 miles." of "They walked north, covering 5 miles."; None for others."""
    clause, end = statement(text), text.end
    if clause is None or clause.auxiliaries or not text.text.endswith(".") or not acts(text, clause.subject):
        return None
    if text[clause.verb].lemma in ("be", "say") or text.dependents(clause.verb, "conj", "ccomp", "parataxis", "neg"):
        return None
    who = _again(text, clause.subject)
    if any(t.index > clause.verb and (t.tag == "NNP" or is_person(text, t.index)) for t in text.tokens):
        return None  # who "he" is would be read in another way
    for index in text.dependents(clause.verb, "advcl"):
        doing = text[index]
        if doing.tag != "VBG" or doing.left != index or doing.right != end or text[index - 1].text != ",":
            continue
        if who is None or doing.lemma in _NO_DOING or text.dependents(index, "conj"):
            return None
        plural = who.lower() not in ("he", "she")
        form = finite_form(doing.lemma, "past" if clause.tense == "past" else "present", plural=plural)
        return f"{text.said(0, index - 2)}. {raised(who)} {form} {text.said(index + 1, len(text) - 1)}"
    return None


def _again(text: Analysis, subject: int) -> str | None:
    """The pronoun of a subject in a second sentence; None where it is uncertain."""
    token = text[subject]
    if token.tag == "PRP":
        return token.text if token.lower in ("he", "she", "we", "they", "you", "i") else None
    if token.tag == "NNP":
        return pronoun_of(token.text) if token.left == token.right else None
    return "they" if is_plural(text, subject) else None


def which_apart(text: Analysis) -> str | None:
    """ "It grows 7 lemons. He can sell them for $2." of "It grows 7 lemons, which he can sell for $2."."""
    for token in text.tokens:
        which = text[token.left]
        if token.dep != "relcl" or token.right != text.end or which.lower != "which" or which.dep != "dobj":
            continue
        if text[token.head].tag not in ("NN", "NNS") or token.right == token.index:
            continue
        clause, plural = clause_at(text, token.index), is_plural(text, token.head)
        if (
            clause is None
            or plural is None
            or text[which.index - 1].text != ","
            or text[which.index - 2].index < token.head
        ):
            return None
        if clause.subject_range[0] != which.index + 1 or text[clause.subject].tag not in ("PRP", "NNP"):
            return None
        told = text.said(which.index + 1, token.index)
        rest = text.text[text[token.index].end :]
        return f"{text.said(0, which.index - 2)}. {raised(told)} {'them' if plural else 'it'}{rest}"
    return None


def supposed_by_words(text: Analysis) -> str | None:
    """ "Suppose Ann has two. How many are left?" of "If Ann has two, how many are left?", by the words alone."""
    small, end = [t.lower for t in text.tokens], len(text) - 1
    if small[0] != "if" or text[1].tag in ("VBG", "VBN", "RB") or small[1] in ("not", "so", "possible"):
        return None
    starts = [i for i in range(3, end) if small[i] in _ASKING | _TASKS and small[i - 1] == ","]
    if len(starts) != 1 or not (text.text.endswith("?") or small[starts[0]] in _TASKS):
        return None
    condition = text.tokens[1 : starts[0] - 1]
    if not any(t.tag in ("VBD", "VBZ", "VBP", "MD") for t in condition) or {"were", "if", "then"} & {
        t.lower for t in condition
    }:
        return None
    return f"Suppose {text.said(1, starts[0] - 2)}. {raised(text.said(starts[0], end))}"


def going_about_apart(text: Analysis) -> str | None:
    """ "I want to open an account. How do I go about that?" of "How do I go about opening an account?"."""
    at, asked = going_about(text), question(text)
    if at is None or asked is None or asked.subject is None:
        return None
    who, doing = "I" if text[asked.subject[0]].lower == "i" else "we", text[at + 1]
    wish = joined(f"{who} want to", doing.lemma, text.said(doing.index + 1, text.end))
    return f"{like(wish, text)}. {raised(text.said(0, at))} that{text.text[text[text.end].end :]}"


def required_apart(text: Analysis) -> str | None:
    """ "I want to open an account. What is the minimum age?" of "What is the minimum age to open an account?"."""
    aim, _, asked = (for_what_first(text) or "").partition(", ")
    if not aim.lower().startswith("to ") or inner(text, 0, 0) is None:
        return None
    return f"{like(f'I want {aim[0].lower()}{aim[1:]}', text)}. {raised(asked)}"
