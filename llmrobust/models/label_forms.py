"""The surface forms in which a model may write a label: "billing" can also be written as "Billing", " billing" or
"**Billing".

A label is scored as the sum of its forms, since a reader takes all of them for the label. Which forms there are is
decided by text alone; which of them count for a prompt, by what the model finds likely after it (`LabelTree.likely`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from llmrobust.models.label_tree import ANCHOR, Tokens, continuation, following
from llmrobust.request import Mode, Request

LEADS = ("", " ", "\n", '"', "**", ' "', " **")
"""What a model writes before a label: nothing, white space, a quotation mark, the asterisks of bold print."""


LONGER = 2
"""Tokens that a form may have beyond those of the label: one for a quotation mark, one for an odd casing."""


def spellings(label: str, ignore_case: bool = True) -> tuple[str, ...]:
    """A label in its equivalent casings, itself first.

    A single letter keeps its casing, as "a" is also a word; so does everything if casing distinguishes answers.
    """
    word = label.strip()
    if not ignore_case or len(word) < 2:
        return (word,)
    return tuple(dict.fromkeys((word, word[:1].upper() + word[1:], word.lower(), word.title(), word.upper())))


def further_forms(prompt_end: str, labels: Sequence[str], mode: Mode, ignore_case: bool = True) -> list[list[str]]:
    """For each label the texts with which a model may write it besides `continuation`, likely ones first.

    A text that could mean two labels is left out.
    """
    usual = [continuation(prompt_end, label, mode) for label in labels]
    taken = set(usual)
    forms = [
        [text for word in spellings(label, ignore_case) for lead in LEADS if (text := lead + word) not in taken]
        for label in labels
    ]
    shared = Counter(text for texts in forms for text in dict.fromkeys(texts))
    return [[text for text in dict.fromkeys(texts) if shared[text] == 1] for texts in forms]


def anchor_of(form: str) -> str:
    """The text before a form when its tokens are looked up: a form that starts a line must not merge with one."""
    return ANCHOR.rstrip("\n") if form.startswith("\n") else ANCHOR


def form_texts(request: Request, prompt_end: str) -> list[str]:
    """Every text that `form_tokens` needs the tokens of; the same for all prompts that end alike."""
    forms = further_forms(prompt_end, request.labels, request.mode, request.ignore_case)
    texts = [anchor_of(form) + form for of_label in forms for form in of_label]
    return list(dict.fromkeys([ANCHOR, ANCHOR.rstrip("\n"), *texts]))


def form_tokens(
    request: Request, prompt_end: str, usual: Sequence[Tokens], tokens: Mapping[str, Sequence[int]]
) -> tuple[tuple[Tokens, ...], ...]:
    """The tokens of each label's further forms, without those that are also tokens of another label or form of it.

    Forms of many more tokens than the label are left out: a model hardly writes them, and each token is a forward pass.
    usual: the tokens of the labels themselves. tokens: text -> its tokens, for every text of `form_texts`.
    """
    forms = further_forms(prompt_end, request.labels, request.mode, request.ignore_case)
    found = [
        list(dict.fromkeys(following(tokens[anchor_of(form)], tokens[anchor_of(form) + form]) for form in of_label))
        for of_label in forms
    ]
    owners = Counter(form for of_label in found for form in of_label)
    known = {*usual, ()}
    return tuple(
        tuple(form for form in of_label if form not in known and owners[form] == 1 and len(form) <= len(label) + LONGER)
        for label, of_label in zip(usual, found, strict=True)
    )
