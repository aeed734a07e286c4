"""Records as a stored run, so that answers of other tools can be measured, compared and ranked."""

from __future__ import annotations

import hashlib
import platform
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from llmrobust import __version__
from llmrobust.elsewhere.records import Record, are_alike, slug
from llmrobust.errors import WrongUse
from llmrobust.metrics import build_table, measure
from llmrobust.operators.frozen_variants import UNREVIEWED
from llmrobust.plan import ORIGINAL, CaseKey
from llmrobust.results.run_data import Manifest, ModelFacts, Requests, Timing
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import CONFIDENCE, RESAMPLED, SHARES, SuiteResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.verdict import Status
from llmrobust.suitefile.suite import AnswerSpec
from llmrobust.text.edit_script import Messages

NO_ORIGINAL = "no answer to the prompt that the others are compared with"


def run_of(
    records: Sequence[Record], path: Path, source: str, model: str | None = None
) -> tuple[RunResult, Counter[str]]:
    """The run, and how many records are not in it, by the reason.

    The unperturbed answer of an example is the one beside a record (LangTest), to the first prompt (promptfoo), or,
    where no prompt is the original, to the kind of prompt that the file begins with (DOVE). Raises WrongUse without
    answers, and for answers of several models unless one is named.
    """
    answered = [one for one in records if one.has_answer]
    if not answered:
        raise WrongUse(f"{path}: holds no answers, so it can only be read as frozen variants")
    models = list(dict.fromkeys(one.model for one in answered))
    if model is not None and model not in models:
        raise WrongUse(f"{path}: has no answers of {model}; it has those of {', '.join(models)}")
    if model is None and len(models) > 1:
        raise WrongUse(f"{path}: has answers of several models: choose one by --model: {', '.join(models)}")
    mine = [one for one in answered if model is None or one.model == model]
    cases, left = _cases(mine)
    if not cases:
        raise WrongUse(f"{path}: {NO_ORIGINAL}, in any example")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    table = build_table(cases)
    found = measure(table, SHARES + RESAMPLED, confidence=CONFIDENCE)
    for scope in ("family", "operator"):
        found += measure(table, SHARES, scope, confidence=CONFIDENCE)
    suite = SuiteResult(
        name=path.name.split(".")[0],
        path=path.name,
        digest=digest,
        seed=0,
        repeats=1,
        choices=(),
        prompt_digest=digest[:16],
        prompts=(),
        uses=(),
        n_examples=len({case.example for case in cases}),
        planned=len(cases),
        cases=tuple(cases),
        measurements=tuple(found),
        decisions=(),
        answer=AnswerSpec(),
        sampling=None,
    )
    name = (model or models[0]) or "unknown"
    fingerprint = hashlib.sha256(f"{digest}\0{name}".encode()).hexdigest()[:16]
    facts = ModelFacts(f"{source}:{name}", name, source, fingerprint, 0, ("text",), (("read from", path.name),))
    requests = Requests(len(cases), len(cases), from_store=len(cases))
    manifest = Manifest(__version__, platform.python_version(), CONFIDENCE, facts)
    return RunResult(manifest, (suite,), requests, Timing()), left


def _cases(records: Sequence[Record]) -> tuple[list[CaseResult], Counter[str]]:
    """The unperturbed case of each example, and after it its perturbed ones."""
    left: Counter[str] = Counter()
    first = next((one.kind for one in records if one.is_original), records[0].kind)
    beside = any(one.clean_answer is not None for one in records)
    examples: dict[str, list[Record]] = {}
    for one in records:
        examples.setdefault(one.example, []).append(one)
    cases: list[CaseResult] = []
    for number, several in enumerate(examples.values()):
        clean = next((one for one in several if beside or one.is_original or one.kind == first), None)
        if clean is None:
            left[NO_ORIGINAL] += len(several)
            continue
        name = (
            slug(clean.example, "row") if len(clean.example) <= 40 and "\n" not in clean.example else f"row-{clean.row}"
        )
        original = _original(clean, f"{number}-{name}", beside=beside)
        cases.append(original)
        seen = Counter[str]()
        for one in several:
            if one is not clean or beside:
                seen[one.kind] += 1
                cases.append(_perturbed(one, original, seen[one.kind]))
    return cases, left


def _original(one: Record, example: str, *, beside: bool) -> CaseResult:
    """The unperturbed case. beside: its answer stands beside those of perturbed prompts, and was not judged."""
    answer = one.clean_answer if beside else one.answer
    failed = "" if beside else one.failed
    prompt = (("user", "\n".join(one.originals.values()) if beside else one.prompt),)
    correct = None if beside else one.correct
    return _case(one, CaseKey(ORIGINAL, ORIGINAL, example, 0), answer, answer, failed, correct, None, prompt, prompt)


def _perturbed(one: Record, original: CaseResult, index: int) -> CaseResult:
    """The case of a perturbed prompt, beside the unperturbed one."""
    clean, known = original.answer, not one.failed and original.status is not Status.NO_ANSWER
    agrees = one.agrees if one.answer is not None else False
    if agrees is None:
        agrees = one.answer is not None and clean is not None and are_alike(one.answer, clean)
    family, _, kind = one.kind.partition(".")
    key = CaseKey(f"{family}.{slug(kind, 'row')}", f"{index}{UNREVIEWED}", original.example, 0)
    prompt = (("user", one.prompt),)
    return _case(
        one, key, one.answer, clean, one.failed, one.correct, agrees if known else None, prompt, original.prompt
    )


def _case(
    one: Record,
    key: CaseKey,
    answer: str | None,
    clean: str | None,
    failed: str,
    correct: bool | None,
    agrees: bool | None,
    prompt: Messages,
    clean_prompt: Messages,
) -> CaseResult:
    is_original = key.use == ORIGINAL
    return CaseResult(
        key=key,
        family=ORIGINAL if is_original else key.use.split(".")[0],
        operator=key.use,
        status=_status(answer, failed, correct, agrees),
        answer=answer,
        clean_answer=clean,
        expected=one.expected,
        correct=correct,
        scored_by=None if failed else "text",
        margin=None,
        reason=failed or ("no answer that can be read" if answer is None else ""),
        request=hashlib.sha256(f"{one.row}\0{key}\0{prompt}".encode()).hexdigest(),
        agrees=agrees,
        text=(answer or "") if is_original and one.clean_answer is not None else one.response or "",
        prompt=prompt,
        clean_prompt=clean_prompt,
    )


def _status(answer: str | None, failed: str, correct: bool | None, agrees: bool | None) -> Status:
    if failed or answer is None:
        return Status.NO_ANSWER if failed else Status.UNPARSED
    if agrees is False:
        return Status.FLIPPED
    return Status.WRONG if correct is False else Status.PASSED
