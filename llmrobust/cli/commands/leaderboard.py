"""`leaderboard`: prompts and models of stored runs in order, without a request."""

from __future__ import annotations

import click

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
from llmrobust.errors import ReportError, WrongUse

CRITERIA = ("accuracy", "consistency", "worst-case", "unperturbed", "effective")


@command(
    "Rank the prompts and models of stored runs by a metric, with intervals; say what cannot be told apart; and "
    "measure effective robustness: accuracy under edits compared with what the unperturbed accuracy suggests, by a "
    "line fitted through five or more entries. Exit code 0; 2: a run cannot be read, or the entries cannot be ranked.",
    [
        ("llmrobust leaderboard runs/*.json", "by accuracy under edits"),
        ("llmrobust leaderboard runs/*.json --by effective --output board.html", "by effective robustness, as a page"),
    ],
)
@runs_argument
@click.option("--by", type=click.Choice(CRITERIA), default="accuracy", help="what to rank by (default: accuracy)")
@over_option
@suite_option
@format_option
@output_option
@colour_option
@project_option
def leaderboard(chosen: Chosen) -> int:
    """Rank prompts and models."""
    from llmrobust.report.leaderboard_text import leaderboard_lines, leaderboard_markdown, leaderboards_json
    from llmrobust.results.leaderboard import leaderboards

    try:
        found = leaderboards(runs_of(chosen), chosen.by, chosen.over or ())
    except ReportError as error:
        raise WrongUse(str(error)) from None
    if not found:
        raise WrongUse("the runs have no cases")

    def page() -> str:
        from llmrobust.report.html.leaderboard_view import side_by_side_page

        return side_by_side_page("Leaderboard", boards=found)

    return write(chosen, found, leaderboard_lines, leaderboard_markdown, leaderboards_json, page)
