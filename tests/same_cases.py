"""What two plans must agree on, case by case."""

from __future__ import annotations

from llmrobust.cases import Case


def contents(case: Case) -> tuple[object, ...]:
    """Everything of a case but its prompt's spans, as values that can be compared."""
    return (
        case.key,
        case.family,
        case.operator,
        case.example.id,
        case.request,
        case.request.content_hash(),
        case.expected,
        case.relation,
        case.severity,
        dict(case.label_map),
        dict(case.answer_map),
    )
