"""The entries of `perturb:` and `gate:`: operators with their parameters, metrics with their bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmrobust.english import INSTALL
from llmrobust.errors import SuiteError
from llmrobust.operators.operator import Operator, Params
from llmrobust.operators.registry import OperatorRegistry
from llmrobust.suitefile.entries import free_label, named_entry
from llmrobust.suitefile.paths import project_file
from llmrobust.suitefile.suite import OperatorUse, Share
from llmrobust.suitefile.validation import validated
from llmrobust.suitefile.yaml_source import Key, Source, read_text
from llmrobust.text.phrases import did_you_mean

_HINT = "- typo.keyboard, or - typo.keyboard: {rate: 0.05}"
_SEVERAL = "one operator per entry: start each with its own dash and indent its parameters below it"
SHARE = "share"
"""The key of a use that is no parameter of its operator: how many real inputs have what it makes."""
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(slots=True)
class PerturbReader:
    """Reads `perturb:`; problems are noted in the source, files of parameters added to `files`.

    A family means its operators that are written for the suite's language and are no results of a search.
    """

    source: Source
    root: Path
    registry: OperatorRegistry
    files: list[Path]
    language: str = "en"

    def uses(self, items: Sequence[Any]) -> list[OperatorUse]:
        """Every use of an operator, in file order, each with a unique label."""
        uses: list[OperatorUse] = []
        for i, item in enumerate(items):
            key: Key = ("perturb", i)
            several = isinstance(item, dict) and len(item) > 1
            hint = _SEVERAL if several else _HINT
            named = named_entry(self.source, key, item, kind="operator", params="{rate: 0.05}", hint=hint)
            if named is None:
                continue
            name, given, at = named
            share = self._share(given, at)
            given = {key: value for key, value in given.items() if key != SHARE}
            operators = self._operators(name, at)
            self._check_needs(name, operators, at)
            if share is not None and len(operators) > 1:
                hint = "give each operator of it a share of its own"
                self.source.problem(f"share: {name} is a family", self.source.at_key((*at, SHARE)), hint)
            for operator in operators:
                params = self._params(operator, given, at)
                if params is not None:
                    self._check_needs(operator.name, params.operators(), at)
                    label = self._label(operator, params, uses, at)
                    uses.append(OperatorUse(operator, params, label, self.source.at_key(at), share))
        return uses

    def _share(self, given: dict[str, Any], at: Key) -> Share | None:
        """The share of real inputs, or None with a problem noted for what is none."""
        if SHARE not in given:
            return None
        value = given[SHARE]
        ends = value if isinstance(value, list) else [value] * 3
        numbers = [one for one in ends if isinstance(one, int | float) and not isinstance(one, bool)]
        if len(numbers) == len(ends) == 3 and 0 <= numbers[0] <= numbers[1] <= numbers[2] <= 1 and numbers[1] > 0:
            return Share(*map(float, numbers))
        hint = "share: 0.12, or its interval with it: share: [0.09, 0.12, 0.16]"
        message = "share: must be a share of real inputs between 0 and 1, or [low, estimate, high]"
        self.source.problem(message, self.source.at_value((*at, SHARE)), hint)
        return None

    def _operators(self, name: str, at: Key) -> list[Operator]:
        operator = self.registry.find(name)
        if operator is not None:
            return [operator]
        family = self.registry.family(name)
        if not family:
            known = [*self.registry.names(), *self.registry.families()]
            hint = did_you_mean(name, known, "`llmrobust operators` lists all of them")
            self.source.problem(f'unknown operator "{name}"', self.source.at_key(at), hint)
        usual = [operator for operator in family if not operator.searched] or family
        return [operator for operator in usual if operator.speaks(self.language)] or usual

    def _check_needs(self, name: str, operators: Sequence[Operator], at: Key) -> None:
        """What operators need beyond the core is installed, or one problem says how to install it."""
        lacking = [operator for operator in operators if operator.lacks()]
        if lacking:
            what = f"{name} needs" if len(lacking) == len(operators) else f"{lacking[0].name} (of {name}) needs"
            message = f"{what} {lacking[0].lacks()}, not installed here: {INSTALL}"
            self.source.problem(message, self.source.at_key(at))

    def _params(self, operator: Operator, given: dict[str, Any], at: Key) -> Params | None:
        names = operator.params.files
        hidden = [target for target, _ in names.values()]
        before = len(self.source.problems)
        loaded = {
            target: self._loaded(given[name], (*at, name), parse)
            for name, (target, parse) in names.items()
            if isinstance(given.get(name), str)
        }
        for target in hidden:
            if target in given:
                known = [name for name in operator.params.model_fields if name not in hidden]
                hint = did_you_mean(target, known)
                self.source.problem(f'unknown key "{target}"', self.source.at_key((*at, target)), hint)
        if len(self.source.problems) > before:
            return None
        params = validated(operator.params, {**given, **loaded}, self.source, at, hidden)
        return params if params is None or self._has_good_id(operator, params, at) else None

    def _has_good_id(self, operator: Operator, params: Params, at: Key) -> bool:
        if params.id is None:
            return True
        label = f"{operator.family}.{params.id}"
        if not _SLUG.fullmatch(params.id):
            hint = "letters, digits and . _ - only: it becomes part of the test names"
            self.source.problem(f'id: "{params.id}" cannot name a use', self.source.at_value((*at, "id")), hint)
        elif label != operator.name and label in self.registry:
            self.source.problem(f'id: "{label}" is another operator', self.source.at_value((*at, "id")))
        else:
            return True
        return False

    def _loaded(self, name: str, key: Key, parse: Any) -> Any:
        path = project_file(self.source, key, name, self.root)
        if path is None:
            return None
        self.files.append(path)
        try:
            return parse(read_text(path))
        except SuiteError as error:
            self.source.problems += error.diagnostics
        except (ValueError, RecursionError) as error:
            self.source.problem(f"{name} cannot be used: {error}", self.source.at_value(key))
        return None

    def _label(self, operator: Operator, params: Params, uses: Sequence[OperatorUse], at: Key) -> str:
        """The operator's name, or its family with the `id`; a second use of the same is numbered."""
        label = f"{operator.family}.{params.id}" if params.id else operator.name
        taken = {use.label for use in uses}
        if params.id and label in taken:
            self.source.problem(f'the id "{params.id}" is used twice', self.source.at_value((*at, "id")))
        return label if label not in taken else free_label(operator.name, {operator.name, *taken})
