"""More that may stand first: what there is somewhere, the sum asked for, a reason, what one waits for, on the parse.

Each function gives the new sentence, or None where the sentence has another shape or the result would be no English.
"""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import question, statement
from llmrobust.english.noun_phrases import inner, is_plural, like
from llmrobust.operators.builtin.sentences.parsed import moved_first, moved_last
from llmrobust.operators.builtin.sentences.person_phrases import may_stand_for
from llmrobust.operators.builtin.values.people import GIVEN, pronoun_of

_SUMS = (("in", "total"), ("in", "all"), ("altogether",))
_BEFORE_TOTAL = frozenset("there have make sell buy get need eat spend pay earn cost use take do".split())
_SOMEWHERE = frozenset("in on at inside under near".split())
_NO_PLACE = frozenset("average stock advance fact way change increase decrease rise drop error problem age".split())
"""Nouns after "in" or "on" that say how, or belong to the noun before."""
_TELLING = frozenset("conj cc relcl advcl ccomp acl parataxis".split())


def more_first(text: Analysis) -> str | None:
    """The sentence with one of these phrases at its front; None if it has none."""
    ways = (sum_first, there_first, some_reason_first, waited_for_first, doing_first, counted_first, lasting_first)
    return next((new for way in ways if (new := way(text)) is not None), None)


def sum_first(text: Analysis) -> str | None:
    """ "In total, how many eggs did she buy?" of "How many eggs did she buy in total?"."""
    asked, end = question(text), text.end
    if asked is None or asked.start != 0 or asked.asking is None or text[0].lower != "how":
        return None
    if text[1].lower in ("many", "much") and text[2].lower == "total" and text[3].pos == "NOUN":
        return like(f"in total, {text.said(0, 1).lower()} {text.text[text[3].start :]}", text)
    if text[end].lower == "total" and end > asked.finite + 1 and text[end - 1].lower in _BEFORE_TOTAL:
        before = inner(text, 0, end - 1)
        return None if before is None else like(f"in total, {before}{text.text[text[end].end :]}", text)
    if text[end].lower == "together" and asked.subject is not None:
        several = any(
            t.dep == "conj" or t.lower in ("they", "we") for t in text.tokens[asked.subject[0] : asked.subject[1] + 1]
        )
        several = several or text[asked.subject[0]].lower in ("they", "we")
        return moved_first(text, end, end) if several and text[end - 1].pos in ("VERB", "AUX", "NOUN") else None
    for said in _SUMS:
        first = end - len(said) + 1
        if tuple(t.lower for t in text.tokens[first : end + 1]) == said and first > asked.finite + 1:
            return moved_first(text, first, end) if text[first - 1].pos not in ("ADP", "CCONJ", "PUNCT") else None
    return None


def there_first(text: Analysis) -> str | None:
    """ "In the basket, there are 30 apples." of "There are 30 apples in the basket.", and of questions that ask how
    many there are."""
    clause, asked, end = statement(text), question(text), text.end
    told = clause is not None and text[0].lower == "there" and text[1].lemma == "be"
    asks = asked is not None and asked.start == 0 and text[0].lower == "how" and text[1].lower == "many"
    if not told and not (asks and any(t.lower == "there" and text[t.index - 1].lemma == "be" for t in text.tokens)):
        return None
    if any((t.dep in _TELLING and t.lower != "left") or t.text == "," for t in text.tokens):
        return None
    for token in text.tokens[3:end]:
        if token.dep != "prep" or token.right != end or token.lower not in _SOMEWHERE or end - token.index > 6:
            continue
        thing = text.first(token.index, "pobj")
        if (
            thing is None
            or {text[thing].lemma.lower(), text[token.head].lemma.lower()} & _NO_PLACE
            or text[thing].entity in ("DATE", "TIME")
        ):
            return None
        named = text[thing].tag == "NNP" or bool(text.dependents(thing, "det", "poss"))
        if not named or text[text[thing].left].lower in ("each", "every", "any"):
            return None
        return None if text[token.index - 1].pos in ("ADP", "AUX") else moved_first(text, token.index, end)
    return None


def counted_first(text: Analysis) -> str | None:
    """ "On one tank, how many miles can she drive?" of "How many miles can she drive on one tank?"."""
    asked, end = question(text), text.end
    if asked is None or asked.start != 0 or asked.subject is None or asked.asking is None or len(text) < 9:
        return None
    if text[0].lower != "how" or text[1].lower not in ("many", "much") or asked.verb < asked.subject[1]:
        return None
    if any(
        (t.dep in _TELLING and t.index > asked.verb and t.dep not in ("cc", "conj")) or t.text == ","
        for t in text.tokens
    ):
        return None
    lemma = text[asked.verb].lemma
    for i in text[asked.verb].children:
        token = text[i]
        if token.dep != "prep" or token.right != end or i <= asked.verb or token.lower not in _WITHIN:
            continue
        thing = text.first(i, "pobj")
        if (
            thing is None
            or (lemma in _COMPLETED and (lemma, token.lower) != ("get", "with"))
            or (lemma == "spend" and token.lower == "on")
            or end - i > 8
        ):
            return None
        if token.lower == "for" and text[thing].entity not in ("DATE", "TIME") and lemma not in ("need", "use"):
            return None
        if text[thing].tag not in ("NN", "NNS", "NNP") or any(
            t.lower in ("each", "it", "them") for t in text.tokens[i:]
        ):
            return None
        known = text.dependents(thing, "det", "poss", "nummod", "amod")
        return moved_first(text, i, end) if known and text[i - 1].pos not in ("ADP", "CCONJ", "ADV") else None
    return None


_WITHIN = frozenset("on with in at between during over for within from".split())
_COMPLETED = frozenset(
    "be look ask pay search apply charge work care go call put place live stay start begin end come get depend fit "
    "belong have deal add fill cover enroll exchange trade score sell change differ vary subtract take remove".split()
)
"""Verbs that the phrase belongs to."""


def lasting_first(text: Analysis) -> str | None:
    """ "For 40 minutes, Ann plays chess." of "Ann plays chess for 40 minutes.", "After 20 miles, he first stopped."."""
    clause, end = statement(text), text.end
    if clause is None or clause.subject_range[0] != 0 or clause.is_copular or clause.negation is not None:
        return None
    if any(t.dep in _TELLING or t.text == "," for t in text.tokens) or text[clause.verb].lemma in _COMPLETED:
        return None
    for i in text[clause.verb].children:
        token = text[i]
        thing = text.first(i, "pobj") if token.dep == "prep" and token.lower in ("for", "after") else None
        if thing is None or token.right != end or i <= clause.verb or end - i > 4:
            continue
        said = clause.object is not None and clause.verb < clause.object < i
        units = ("DATE", "TIME") if token.lower == "for" else ("QUANTITY",)
        counted = bool(text.dependents(thing, "nummod")) and text[thing].entity in units
        return moved_first(text, i, end) if counted and (said or token.lower == "after") else None
    return None


def some_reason_first(text: Analysis) -> str | None:
    """ "For some reason, my card was declined." of "My card was declined for some reason."."""
    clause, end = statement(text), text.end
    if clause is None or clause.subject_range[0] != 0 or any(t.text == "," for t in text.tokens):
        return None
    if [t.lower for t in text.tokens[end - 2 : end + 1]] != ["for", "some", "reason"]:
        return None
    return moved_first(text, end - 2, end)


def waited_for_first(text: Analysis) -> str | None:
    """ "For a transfer from Rome, how long do I have to wait?" of "How long do I have to wait for a transfer ...?"."""
    asked, end = question(text), text.end
    if asked is None or asked.start != 0 or text[0].lower not in ("how", "what"):
        return None
    at = next((t.index for t in text.tokens if t.lower == "for" and text[t.index - 1].lower == "wait"), None)
    if at is None or any(t.tag in ("TO", "VBG") or t.dep in _TELLING or t.text == "," for t in text.tokens[at:]):
        return None
    thing = text.first(at, "pobj")
    return moved_first(text, at, end) if thing is not None and text[thing].tag in ("NN", "NNS") else None


def object_topic(text: Analysis) -> str | None:
    """ "As for my card, when will I get it?" of "When will I get my card?"."""
    asked, end = question(text), text.end
    if asked is None or asked.asking != (0, 0) or text[0].lower not in ("when", "where", "why"):
        return None
    if asked.subject is None or asked.subject[0] != asked.subject[1] or text[asked.subject[0]].tag != "PRP":
        return None
    thing = text.first(asked.verb, "dobj")
    if thing is None or text[thing].left != asked.verb + 1 or text[thing].right != end:
        return None
    words = list(text.within(thing))
    if words[0].lower not in ("my", "our") or len(words) > 4 or any(t.dep in ("cc", "conj") for t in words):
        return None
    if any(t.lower in ("it", "they") for t in text.tokens) or (text[asked.finite].lemma == "do" and len(text) < 6):
        return None
    plural, before = is_plural(text, thing), inner(text, 0, asked.verb)
    if plural is None or before is None or text[thing].tag not in ("NN", "NNS", "NNP"):
        return None
    topic = text.said(text[thing].left, end)
    return like(f"as for {topic}, {before} {'them' if plural else 'it'}{text.text[text[end].end :]}", text)


def doing_first(text: Analysis) -> str | None:
    """ "After paying, how much has she left?" of "How much has she left after paying?": what the subject does."""
    clause, asked, end = statement(text), question(text), text.end
    verb = clause.verb if clause is not None and clause.subject_range[0] == 0 else None
    if asked is not None and asked.start == 0 and asked.asking is not None and text[0].lower == "how":
        verb = asked.verb
    if verb is None or any(t.text == "," or t.dep in ("conj", "advcl", "ccomp", "parataxis") for t in text.tokens):
        return None
    for token in text.tokens[3:end]:
        if token.lower not in ("after", "before", "by", "from") or token.dep != "prep" or token.right != end:
            continue
        doing = text.first(token.index, "pcomp")
        if doing != token.index + 1 or text[doing].tag != "VBG" or token.head != verb or end - doing > 9:
            return None
        if token.lower == "from" and text[verb].lemma not in ("make", "earn"):
            return None
        early = text.tokens[: token.index]
        named = any(t.tag in ("PRP", "PRP$") and t.lower not in _SPEAKERS for t in text.tokens[token.index :])
        if (named and any(t.tag == "NNP" for t in early)) or text[verb].lemma == "be" or (token.index <= verb + 1 and (
            clause is not None
        )):  # fmt: skip
            return None
        return moved_first(text, token.index, end)
    return None


def doing_last(text: Analysis) -> str | None:
    """ "How much has she left after paying?" of "After paying, how much has she left?"."""
    first, end = text[0], text.end
    comma = next((t.index for t in text.tokens if t.text == ","), 0)
    if first.lower not in ("after", "before", "by") or text[1].tag != "VBG" or not 1 < comma < 12:
        return None
    main = text.tokens[comma + 1 : end + 1]
    if first.right != comma - 1 or sum(t.text == "," for t in text.tokens) != 1:
        return None
    if any(t.dep in (*_TELLING, "xcomp", "pcomp", "mark") or t.lower in ("than", "as", "then") for t in main):
        return None
    if not text.text.endswith("?") or main[0].lower not in ("how", "what") or main[-1].pos == "ADP":
        return None
    if any(may_stand_for(text, t.index, 0, comma - 1) for t in main):
        return None
    return moved_last(text, comma - 1, comma + 1)


def somebody_asked_of(text: Analysis, before: str) -> str | None:
    """ "As for Ann, how many eggs has she?" of "How many eggs has Ann?", after others were named."""
    asked = question(text)
    if asked is None or asked.start != 0 or asked.asking is None or asked.subject is None or text[0].lower != "how":
        return None
    first, last = asked.subject
    name = text[first].text
    pronoun = pronoun_of(name) if first == last else None
    if pronoun is None or text[first].tag != "NNP" or not text.text.endswith("?"):
        return None
    if any(t.index != first and (t.tag in ("NNP", "PRP", "PRP$") or t.text == ",") for t in text.tokens):
        return None
    if any(t.lower in ("than", "as", "if", "altogether", "total", "left") for t in text.tokens):
        return None
    words = [word.strip(".,?!").removesuffix("'s").removesuffix("’s") for word in before.split()]
    if name not in words or not any(word in GIVEN and word != name for word in words):
        return None
    said = inner(text, 0, first - 1)
    rest = text.text[text[last].end :]
    return None if said is None else like(f"as for {name}, {said} {pronoun}{rest}", text)


_SPEAKERS = frozenset("i my me we our us you your".split())


def purpose_first(text: Analysis) -> str | None:
    """ "To make a flan, she needs 3 eggs." of "She needs 3 eggs to make a flan."."""
    clause, end = statement(text), text.end
    if clause is None or clause.subject_range[0] != 0 or clause.negation is not None or clause.is_copular:
        return None
    who = text[clause.subject]
    if who.tag not in ("PRP", "NNP") or who.lower in ("it", "that", "this", "there"):
        return None
    if any(t.dep in (_TELLING - {"advcl"}) or t.text == "," for t in text.tokens):
        return None
    below = [i for i in text.dependents(clause.verb, "advcl") if i > clause.verb]
    if len(below) != 1 or text[below[0]].right != end:
        return None
    to = text[text[below[0]].left]
    if to.tag != "TO" or to.head != below[0] or end - to.index > 8 or to.index < clause.verb + 2:
        return None
    if text[clause.verb].lemma in _NO_PURPOSE or text[to.index - 1].pos in ("ADP", "CCONJ", "SCONJ", "ADJ", "VERB"):
        return None
    if text[below[0]].lemma in ("be", "find", "see", "become", "have"):
        return None
    others = any(t.tag == "NNP" and t.index != who.index for t in text.tokens)
    barred = ("PRP", "PRP$") if others else ("PRP",)
    named = who.tag != "PRP" and any(t.tag in barred for t in text.within(below[0]))
    return None if named else moved_first(text, to.index, end)


_NO_PURPOSE = frozenset(
    "have want try take begin start continue finish end grow ask tell help allow get pay give like expect wait cause "
    "force let plan hire teach remind encourage require".split()
)
"""Verbs whose object does, or gets, what follows."""
