"""What the user chose: command line before environment before ini file before default."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from llmrobust.engine import Engine, Limits, Recorded, Store
from llmrobust.errors import ModelError, ReportError, without_credentials
from llmrobust.models import Model, parse_specs
from llmrobust.models.choices import ModelChoice, model_choices, only_model
from llmrobust.models.http.keys import judge_settings
from llmrobust.shard import Shard

ENVIRONMENT_VARIABLE = "LLMROBUST_LLM"
DEFAULT_SPEC = "tiny"
DEFAULT_STORE = Path(".llmrobust", "replies.sqlite")
REPORTS = ("json", "parquet", "html", "markdown", "sarif")
"""Report formats with their own option, `--robust-FORMAT FILE`; `--robust-report` accepts all of them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Resolved options. specs: one for each model, as they were written. from_ini: the models in the ini file, None if
    something else decides. store None: replies are kept in memory for this run only. reports: (format, file)."""

    specs: tuple[str, ...]
    from_ini: tuple[str, ...] | None
    store: Path | None
    limits: Limits
    reports: tuple[tuple[str, Path], ...]
    flips: int
    sequential: bool
    baselines: Path | None = None
    """The folder of baselines; None for `baselines` beside each suite."""
    comment_key: str = ""
    """Distinguishes the Markdown of this run from that of other runs on the same pull request."""
    github: bool = False
    trust_store: bool = False
    """The user vouches for stored replies of a server that could not be identified."""
    methods: tuple[str, ...] = ()
    """Methods that are compared besides those of the suites."""
    allow_unreviewed: bool = False
    """Generated variants that nobody has reviewed are run too."""
    shrink: int = 0
    """Flips of each suite whose smallest flipping edit is looked for."""
    shard: Shard | None = None
    """The part of every suite that this session takes; None for all."""

    @classmethod
    def of(cls, config: pytest.Config) -> Settings:
        """The settings of a pytest run."""
        option = config.option
        environment = os.environ.get(ENVIRONMENT_VARIABLE, "").split()
        chosen, ini_specs = tuple(option.llm or environment), tuple(config.getini("llm"))
        specs = chosen or ini_specs or (DEFAULT_SPEC,)
        root = config.rootpath
        store: Path | None = None
        if not option.robust_fresh:
            ini = config.getini("robust_store")
            store = Path(option.robust_store) if option.robust_store else root / (ini or DEFAULT_STORE)
        prompts = option.robust_max_prompts
        limits = Limits() if prompts is None else Limits(max_prompts=prompts)
        asked = ((kind, getattr(option, f"robust_{kind}")) for kind in REPORTS)
        reports = (*((kind, Path(name)) for kind, name in asked if name), *_named_reports(option.robust_report))
        kept_in = config.getini("robust_baselines")
        baselines = Path(option.robust_baselines or root / kept_in) if option.robust_baselines or kept_in else None
        return cls(
            specs=specs,
            from_ini=None if chosen else ini_specs,
            store=store,
            limits=limits,
            reports=reports,
            flips=option.robust_flips,
            sequential=option.robust_sequential,
            baselines=baselines,
            comment_key=option.robust_markdown_key or "",
            github=option.robust_github,
            trust_store=option.robust_trust_store,
            methods=_methods(option.robust_methods),
            allow_unreviewed=option.robust_allow_unreviewed,
            shrink=option.robust_shrink or 0,
            shard=option.robust_shard,
        )

    def notices(self) -> list[str]:
        """What a user should know while nothing moves yet."""
        starts = {"vllm": "a vLLM server", "vllm-offline": "vLLM in this process"}
        found = [(starts.get(spec.partition(":")[0]), without_credentials(spec)) for spec in self.all_specs]
        return [f"starting {what} for {spec}; this takes a minute or more" for what, spec in found if what]

    @property
    def models(self) -> tuple[ModelChoice, ...]:
        """The models that suites run against. Raises ModelError where one is given twice."""
        return model_choices(self.specs)

    @property
    def one_model(self) -> tuple[str, ...]:
        """The specs of the only model, for what takes one. Raises ModelError where there are several."""
        return only_model(self.specs)

    @property
    def all_specs(self) -> tuple[str, ...]:
        """The specs of all models, without names, replicas one by one."""
        try:
            return tuple(spec for model in self.models for spec in model.specs)
        except ModelError:  # shown by the first item
            return self.specs

    def engine_of(self, specs: Sequence[str], recorded: Recorded | None = None) -> Engine:
        """A running engine for a model; recorded: as there. Raises ModelError for a spec that makes no sense."""
        return self._engine(parse_specs(specs), recorded)

    def judge_engine_of(self, specs: Sequence[str]) -> Engine:
        """A running engine for a judge, with a key of its own. Raises ModelError for a spec that makes no sense."""
        return self._engine(parse_specs(specs, judge_settings(self.all_specs)))

    def _engine(self, model: Model, recorded: Recorded | None = None) -> Engine:
        store = self.store
        return Engine(model, lambda: Store(store), self.limits, recorded, trust_store=self.trust_store)


def _methods(given: str | None) -> tuple[str, ...]:
    """The methods of `--robust-methods a,b`. Raises pytest.UsageError for an unknown one."""
    if not given:
        return ()
    from llmrobust.errors import MethodError
    from llmrobust.methods import METHODS

    names = tuple(name for part in given.split(",") if (name := part.strip()))
    try:
        METHODS.load_installed()
        for name in names:
            METHODS.get(name)
    except MethodError as error:
        raise pytest.UsageError(f"--robust-methods: {error}") from None
    return names


def _named_reports(given: Sequence[str]) -> list[tuple[str, Path]]:
    """The formats and files of `--robust-report NAME=FILE`. Raises pytest.UsageError."""
    if not given:
        return []
    from llmrobust.report.formats import FORMATS

    found = []
    try:
        FORMATS.load_installed()
        for text in given:
            name, equals, file = text.partition("=")
            if not equals or not file:
                raise pytest.UsageError(f"--robust-report: give NAME=FILE, not {text!r}")
            found.append((FORMATS.get(name).name, Path(file)))
    except ReportError as error:
        raise pytest.UsageError(f"--robust-report: {error}") from None
    return found
