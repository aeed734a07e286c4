"""The old place of `run`, which still works with a warning; `llmrobust.run` itself is the function."""

import sys

from llmrobust.api import run

sys.modules[__name__] = run  # type: ignore[assignment]  # so that importing this leaves `llmrobust.run` callable
