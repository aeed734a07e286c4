"""The command line of `python -m tools.reading`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from llmrobust.operators import REGISTRY, Operator
from tools.reading import __doc__ as told
from tools.reading.kept import builtin, keep, rates, unread
from tools.reading.variants import READ, shown, to_read


def main() -> None:
    """Show, mark, or sum up."""
    parser = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("LLMROBUST_DATA", "../shared/data"))
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="variants to read")
    show.add_argument("names", nargs="+", help="operators or families")
    show.add_argument("--words", type=int, default=6, help="unchanged words shown at each side of a change")
    mark = commands.add_parser("mark", help="keep verdicts; what is not named is fine")
    mark.add_argument("name")
    mark.add_argument("verdicts", nargs="*", help="NUMBER=odd, NUMBER=english or NUMBER=meaning")
    mark.add_argument("--reader", default="independent reader")
    for command in (show, mark):
        command.add_argument("--language", default="en", choices=["en", "de", "zh"], help="the prompts' language")
    commands.add_parser("rates", help="shares of bad variants")
    commands.add_parser("unread", help="operators without a reading of their version")
    args = parser.parse_args()
    if args.command == "show":
        for operator in _chosen(args.names):
            print(f"## {operator.name} v{operator.version} {operator.level}: {operator.summary}")
            for number, seen in enumerate(to_read(operator, args.data, args.language), 1):
                print(f"{number}. {shown(seen, args.words)}")
    elif args.command == "mark":
        operator = REGISTRY.get(args.name)
        if operator is None:
            raise SystemExit(f"no operator is called {args.name}")
        marked = {int(number): verdict for number, verdict in (one.split("=") for one in args.verdicts)}
        print(keep(to_read(operator, args.data, args.language), marked, args.reader))
    elif args.command == "rates":
        print(rates())
    else:
        print("\n".join(unread()))


def _chosen(names: list[str]) -> list[Operator]:
    return [
        operator
        for operator in REGISTRY
        if (operator.name in names or operator.family in names) and operator.relation in READ and builtin(operator)
    ]


main()
