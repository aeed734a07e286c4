"""`matrix`: prompts, models and methods of stored runs side by side, without a request."""

from __future__ import annotations

from llmrobust.cli.command import Chosen, colour_option, command, project_option
from llmrobust.cli.side_by_side import (
    format_option,
    output_option,
    over_option,
    runs_argument,
    runs_of,
    suite_option,
    write,
)
from llmrobust.errors import WrongUse


@command(
    "Show the prompts, models and methods of stored runs side by side: accuracy, consistency, spread, worst case, "
    "cost, and which family of edits breaks them; each row is compared with the first over the same examples. Exit "
    "code 0; 2: a run cannot be read, or there is nothing to compare.",
    [
        ("llmrobust matrix run.json", "a run of several prompts or models"),
        ("llmrobust matrix a.json b.json --output matrix.html", "two runs of one suite, as a page"),
    ],
)
@runs_argument
@over_option
@suite_option
@format_option
@output_option
@colour_option
@project_option
def matrix(chosen: Chosen) -> int:
    """Show prompts, models and methods side by side."""
    from llmrobust.report.matrix_json import matrix_json
    from llmrobust.report.matrix_text import matrix_lines, matrix_markdown
    from llmrobust.results.matrix import matrices

    found = matrices(runs_of(chosen), chosen.over or ())
    if not found:
        raise WrongUse(
            "no suite has several prompts, models or runs with answers here: name two runs, or one of several models"
        )

    def page() -> str:
        from llmrobust.report.html.leaderboard_view import side_by_side_page

        return side_by_side_page("Side by side", matrices=found)

    return write(chosen, found, matrix_lines, matrix_markdown, matrix_json, page)
