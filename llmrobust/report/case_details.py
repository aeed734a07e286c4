"""One case seen close up: what was sent, what came back, and how it was read, beside the unperturbed prompt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmrobust.report.model_info import info_json
from llmrobust.text.colour import styled

if TYPE_CHECKING:
    from llmrobust.models.protocol import ModelInfo
    from llmrobust.plan import Case
    from llmrobust.request import Reply
    from llmrobust.score.case_result import CaseResult

FORMAT, VERSION = "llmrobust-replay", 1
_BAR = 20
_COLUMN = 34


@dataclass(frozen=True, slots=True)
class Asked:
    """A case and its original, sent once and judged."""

    reply: Reply
    result: CaseResult
    clean_reply: Reply
    clean: CaseResult


@dataclass(frozen=True, slots=True)
class CloseUp:
    """A case that was run once or several times, in `times`.

    tokens: of the prompt, empty if the model does not report them. stored: how many of the replies came from the store.
    """

    node: str
    info: ModelInfo
    case: Case
    original: Case
    times: tuple[Asked, ...]
    tokens: tuple[str, ...]
    stored: int

    @property
    def passed(self) -> bool:
        """Whether the case passed each time."""
        from llmrobust.score.verdict import Status

        return all(one.result.status is Status.PASSED for one in self.times)


def closeup_lines(seen: CloseUp, on: bool) -> Iterator[str]:
    """Everything about the case for a terminal; on: with colours."""
    from llmrobust.report.failure_messages import explain_case

    first = seen.times[0].result
    said = explain_case(first).split("\n")[0].partition(f"{first.family}::{first.name}: ")[2]
    yield styled(seen.node, "bold", on)
    yield f"{styled(str(first.status).upper(), 'green' if seen.passed else 'red', on)}: {said}"
    yield ""
    yield from _model_lines(seen)
    yield from _prompt_lines(seen, on)
    if seen.tokens:
        yield f"tokens of this prompt: {len(seen.tokens):,}"
        yield f"  {'|'.join(_token(text) for text in seen.tokens)}"
    yield from _answer_lines(seen, on)
    yield from _times_lines(seen)


def _model_lines(seen: CloseUp) -> Iterator[str]:
    info, request = seen.info, seen.case.request
    context = f", context {info.max_model_len:,} tokens" if info.max_model_len else ""
    yield f"model  {info.spec} ({info.name}, {info.backend}{context}, fingerprint {info.fingerprint[:12]})"
    s = request.sampling
    drawn = f"temperature {s.temperature:g}, top_p {s.top_p:g}, top_k {s.top_k}, max_tokens {s.max_tokens}"
    extra = "" if s.repetition_penalty == 1 else f", repetition_penalty {s.repetition_penalty:g}"
    stop = f", stop {list(s.stop)!r}" if s.stop else ""
    yield f"sent   {request.mode}; {drawn}, seed {s.seed}{extra}{stop}"
    if request.labels:
        yield f"       labels {' | '.join(request.labels)} (scoring: {request.scoring})"


def _prompt_lines(seen: CloseUp, on: bool) -> Iterator[str]:
    """The prompt by role, edits against the unperturbed one marked."""
    case = seen.case
    yield ""
    if case.is_original:
        yield "prompt (unperturbed)"
        pairs = [(role, text, text) for role, text in case.request.messages]
    else:
        yield f"prompt, edits by {case.operator} marked ({case.relation.value})"
        before, after = seen.original.request.messages, case.request.messages
        if [role for role, _ in before] != [role for role, _ in after]:
            yield from _messages("  before: ", before, on)
            yield from _messages("  after: ", after, on)
            yield ""
            return
        pairs = [(role, old, new) for (role, old), (_, new) in zip(before, after, strict=True)]
    for role, old, new in pairs:
        yield f"  {styled(role, 'dim', on)}"
        yield from (f"    {line}" for line in _edited(old, new, on).split("\n"))
    yield ""


def _messages(lead: str, messages: Sequence[tuple[str, str]], on: bool) -> Iterator[str]:
    for role, text in messages:
        yield f"{lead}{styled(role, 'dim', on)}"
        yield from (f"    {line}" for line in _safe(text).split("\n"))


def _edited(old: str, new: str, on: bool) -> str:
    from llmrobust.text.word_diff import marked, prompt_diff

    pieces = [(kind, _safe(text)) for kind, text in prompt_diff([("", old)], [("", new)])]
    if not on:
        return marked(pieces)
    styles = {"removed": "red", "added": "green"}
    return "".join(text if kind == "same" else styled(text, styles[kind], on) for kind, text in pieces)


def _safe(text: str) -> str:
    """The text in its lines, without characters that could command a terminal."""
    from llmrobust.text.escaping import visible

    return "\n".join(map(visible, text.split("\n")))


def _token(text: str) -> str:
    from llmrobust.text.escaping import visible

    return visible(text)


def _answer_lines(seen: CloseUp, on: bool) -> Iterator[str]:
    """The first answers, this prompt's beside the unperturbed one's."""
    first = seen.times[0]
    columns = [("this prompt", seen.case, first.result, first.reply)]
    if not seen.case.is_original:
        columns.append(("unperturbed", seen.original, first.clean, first.clean_reply))
    rows = [(name, *(_fact(name, result, reply) for _, _, result, reply in columns)) for name in _FACTS]
    yield ""
    yield styled(_row("", *(title for title, *_ in columns)), "bold", on)
    yield from (_row(*row) for row in rows if any(row[1:]))
    for number, label in enumerate(_labels(first, seen.case)):
        yield _row(label, *(_bar(result, number, case, label) for _, case, result, _ in columns))


_FACTS = ("said", "finish", "read as", "right", "scored by", "tokens", "problem")


def _fact(name: str, result: CaseResult, reply: Reply) -> str:
    from llmrobust.request import Failure
    from llmrobust.text.escaping import visible

    if isinstance(reply, Failure):
        return f"{reply.kind}: {reply.message}" if name == "problem" else ""
    if name == "said":
        return visible(reply.text) or "(nothing)"
    if name == "finish":
        return reply.finish_reason
    if name == "read as":
        return result.answer if result.answer is not None else str(result.outcome)
    if name == "right":
        gold = "" if result.expected is None else f" (gold {visible(result.expected)})"
        return "" if result.correct is None else f"{'yes' if result.correct else 'no'}{gold}"
    if name == "scored by":
        return reply.scored_by
    if name == "tokens":
        thinking = f" ({reply.reasoning_tokens:,} thinking)" if reply.reasoning_tokens else ""
        return f"{reply.prompt_tokens:,} in, {reply.completion_tokens:,} out{thinking}, {reply.latency_s:.2f} s"
    return result.reason


def _labels(asked: Asked, case: Case) -> tuple[str, ...]:
    """The canonical labels, if they were scored."""
    scored = asked.result.probabilities is not None or asked.clean.probabilities is not None
    canonical = {shown: label for label, shown in case.label_map.items()}
    return tuple(canonical.get(label, label) for label in case.request.labels) if scored else ()


def _bar(result: CaseResult, number: int, case: Case, label: str) -> str:
    if result.probabilities is None:
        return ""
    share = result.probabilities[number]
    shown = case.label_map.get(label, label)
    also = f" shown as {shown}" if shown != label else ""
    return f"{share:.3f} {'█' * round(share * _BAR)}{also}"


def _row(name: str, *cells: str) -> str:
    """A line of the table; a cell too long for its column is cut, except in the last one."""
    *first, last = cells
    cut = [cell if len(cell) < _COLUMN else f"{cell[: _COLUMN - 2]}…" for cell in first]
    return f"  {name[:14].ljust(14)}  {''.join(cell.ljust(_COLUMN) for cell in cut)}{last}".rstrip()


def _times_lines(seen: CloseUp) -> Iterator[str]:
    if seen.stored:
        yield f"\n{seen.stored:,} {'reply' if seen.stored == 1 else 'replies'} from the store"
    if len(seen.times) < 2:
        return
    yield f"\nasked {len(seen.times):,} times"
    pairs = [("this prompt", [one.result for one in seen.times])]
    if not seen.case.is_original:
        pairs.append(("unperturbed", [one.clean for one in seen.times]))
    for title, results in pairs:
        counts = Counter(str(one.answer if one.answer is not None else one.outcome) for one in results)
        yield f"  {title.ljust(12)} {', '.join(f'{answer} {count:,}' for answer, count in counts.most_common())}"
    statuses = Counter(str(one.result.status) for one in seen.times)
    yield f"  {'status'.ljust(12)} {', '.join(f'{status} {count:,}' for status, count in statuses.most_common())}"


def closeup_json(seen: CloseUp) -> dict[str, Any]:
    """Everything about the case as JSON values, in the shape that docs/cli.md describes."""
    from dataclasses import asdict

    from llmrobust.report.failure_messages import explain_case

    first = seen.times[0].result
    case, request = seen.case, seen.case.request
    return {
        "format": FORMAT,
        "version": VERSION,
        "node": seen.node,
        "suite": case.suite,
        "example": case.example.id,
        "family": case.family,
        "operator": case.operator,
        "use": case.use,
        "variant": case.variant,
        "relation": case.relation.value,
        "expected": case.expected,
        "label_map": dict(case.label_map),
        "status": str(first.status),
        "passed": seen.passed,
        "explanation": explain_case(first),
        "model": info_json(seen.info),
        "request": {
            "mode": request.mode,
            "messages": [list(message) for message in request.messages],
            "sampling": {**asdict(request.sampling), "stop": list(request.sampling.stop)},
            "labels": list(request.labels),
            "scoring": request.scoring,
        },
        "original_messages": [list(message) for message in seen.original.request.messages],
        "tokens": list(seen.tokens) or None,
        "from_store": seen.stored,
        "replies": [{**_reply_json(one.reply, one.result), "status": str(one.result.status)} for one in seen.times],
        "original_replies": [_reply_json(one.clean_reply, one.clean) for one in seen.times],
    }


def _reply_json(reply: Reply, result: CaseResult) -> dict[str, Any]:
    from llmrobust.request import Failure

    read = {"outcome": str(result.outcome), "answer": result.answer, "correct": result.correct}
    read["reason"] = result.reason
    if isinstance(reply, Failure):
        return {"failure": {"kind": reply.kind, "message": reply.message}, **read}
    scored, probabilities = reply.label_logprobs, result.probabilities
    return {
        "failure": None,
        "text": reply.text,
        "finish_reason": reply.finish_reason,
        "scored_by": reply.scored_by,
        "logprobs": None if scored is None else list(scored),
        "probabilities": None if probabilities is None else list(probabilities),
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
        "reasoning_tokens": reply.reasoning_tokens,
        "latency_s": reply.latency_s,
        **read,
    }
