"""Which documents help: the model judges each passage of a prompt first, and answers from those that help."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import groupby

from pydantic import Field

from llmrobust.methods.method import NotUsable, Params, sending_method
from llmrobust.methods.prompt_parts import values_of
from llmrobust.methods.sending import Asking, Heard, Probe, Question, Setting, asked_once
from llmrobust.operators.editing.passages import FIELDS, with_passages
from llmrobust.operators.editing.support import question_of
from llmrobust.prompt.spans import Prompt, Span
from llmrobust.request import Request, Sampling

KINDS = ("helpful", "possibly relevant", "irrelevant", "incorrect")
"""What a document may be. Source: Tu et al. 2025, their code for defects detection."""
_LONGEST_GAP = 60
"""Characters of a number, a title or a rule between two passages, which goes with the passage after it."""


class DocumentsParams(Params):
    """Parameters of which documents help."""

    drop: list[str] = Field(
        default_factory=lambda: ["irrelevant", "incorrect"],
        min_length=1,
        description=f"Judgements of documents that are left out, of: {', '.join(KINDS)}.",
    )


@sending_method(
    "which-documents",
    source="Tu et al. 2025 (RbFT, arXiv 2501.18365): their defects detection, asked of a model that was not trained "
    "for it; the prompt is ours",
    assumes="the model can tell documents that help from those that do not",
    cost="1 request, and 1 for each document of a question",
    params=DocumentsParams,
)
def which_documents(questions: Sequence[Question], params: DocumentsParams, setting: Setting) -> Asking:
    """The model's answer from the documents that it has judged to help; from all where none does."""
    unknown = [name for name in params.drop if name not in KINDS]
    if unknown:
        raise NotUsable(f'a document is never "{unknown[0]}": drop takes {", ".join(KINDS)}')
    read = [with_documents(one) for one in questions]
    texts = [passages_of(prompt) for prompt in read]
    if not any(texts):
        raise NotUsable("needs prompts with several documents, in {% context %} blocks, a list, or one numbered text")
    asked = [_question_in(prompt, one) for prompt, one in zip(read, questions, strict=True)]
    places = [(n, region) for n, some in enumerate(texts) for region in some]
    heard = yield [Probe(_judging(questions[n].request, asked[n], texts[n][region])) for n, region in places]
    judged = dict(zip(places, heard, strict=True))
    prompts, emptied, dropped = [], 0, 0
    for n, one in enumerate(questions):
        bad = [region for region in texts[n] if _kind(judged[n, region]) in params.drop]
        emptied += bool(bad) and len(bad) == len(texts[n])
        bad = [] if len(bad) == len(texts[n]) else bad
        dropped += len(bad)
        prompts.append(without_passages(read[n], bad) if bad else one.prompt)
    told = yield from asked_once(questions, prompts)
    notes = [f"left out {dropped:,} of {len(places):,} documents"]
    if emptied:
        notes.append(f"in {emptied:,} of {len(questions):,} prompts no document was judged to help: all were kept")
    failed = sum(bool(one.failed) for one in heard)
    if failed:
        notes.append(f"{failed:,} judgements got no reply: those documents were kept")
    return replace(told, notes=tuple(notes))


def with_documents(one: Question) -> Prompt:
    """The question's prompt with every document as a context block of its own, those of a numbered list included."""
    prompt = with_passages(one.prompt, one.passages)
    if passages_of(prompt):
        return prompt
    messages, count = [], 0
    for message in prompt.messages:
        listed = {span.region for span in message.spans if _is_listed(span)}
        spans = []
        for span in message.spans:
            count += _is_listed(span)
            region = f"context:n{count}" if _is_listed(span) else "" if span.region in listed else span.region
            spans.append(replace(span, region=region))
        messages.append(replace(message, spans=tuple(spans)))
    return replace(prompt, messages=tuple(messages))


def _is_listed(span: Span) -> bool:
    """Whether a span is an item of a list that is called as documents are."""
    named = span.name.split(".")[0].casefold() in FIELDS
    return named and span.kind == "variable" and span.region.startswith("choices:")


def passages_of(prompt: Prompt) -> dict[str, str]:
    """The texts of a prompt's passages by region; empty for fewer than two."""
    found: dict[str, str] = {}
    for _, span in prompt.places(lambda span: span.region.startswith("context:")):
        found[span.region] = found.get(span.region, "") + span.text
    return found if len(found) > 1 else {}


def without_passages(prompt: Prompt, regions: Collection[str]) -> Prompt:
    """The prompt without some passages. A number or title before a passage goes with it; one that opens the list stays
    and stands before the first passage that is left. Numbers are not counted anew."""
    messages = []
    for message in prompt.messages:
        runs = [(region, list(group)) for region, group in groupby(message.spans, key=lambda span: span.region)]
        kept: list[Span] = []
        seen = False
        for at, (region, spans) in enumerate(runs):
            if region not in regions:
                kept += spans
                seen = seen or region.startswith("context:")
                continue
            before = runs[at - 1][1] if at else []
            after = runs[at + 1][1] if at + 1 < len(runs) else []
            if seen and _is_a_gap(before):
                del kept[len(kept) - len(before) :]
            elif _is_a_gap(after) and at + 2 < len(runs) and runs[at + 2][0].startswith("context:"):
                runs[at + 1] = (runs[at + 1][0], [])
        messages.append(replace(message, spans=tuple(kept)))
    return replace(prompt, messages=tuple(messages))


def _is_a_gap(spans: Sequence[Span]) -> bool:
    """Whether spans between two passages say no more than a number, a title or a rule."""
    text = "".join(span.text for span in spans)
    return len(text) <= _LONGEST_GAP and not any(span.kind == "instruction" for span in spans)


def _question_in(prompt: Prompt, one: Question) -> str:
    """What is asked: the value that is a question, else all inputs that are no passage."""
    outside = {
        name: text
        for name, text in values_of(prompt).items()
        if not any(span.region.startswith("context:") for _, span in prompt.places(lambda s, n=name: s.name == n))  # type: ignore[misc]
    }
    return question_of(prompt, outside) or "\n".join(outside.values())


def _judging(base: Request, question: str, document: str) -> Request:
    """The request that has one document judged."""
    text = (
        f"Question: {question.strip()}\nDocument: {document.strip()}\n"
        "Does the document help to answer the question? Say 'helpful', 'possibly relevant', 'irrelevant' or "
        "'incorrect'.\nAnswer:"
    )
    return Request(
        messages=(("user", text),),
        mode=base.mode,
        sampling=Sampling(max_tokens=8, seed=base.sampling.seed),
        labels=KINDS,
        scoring=base.scoring if base.labels else "text",
        extra=base.extra,
        template=base.template,
    )


def _kind(heard: Heard) -> str:
    """What a document was judged to be; empty where that cannot be read."""
    said = (heard.answer or heard.text).strip().lower()
    found = [kind for kind in KINDS if kind in said]
    return found[0] if len(found) == 1 else ""
