"""`python -m llmrobust_smollm2 [auto|hub|gguf]`: the folder of the weights, as for `vllm serve "$(...)"`."""

from __future__ import annotations

import sys

from llmrobust.errors import ModelError
from llmrobust_smollm2.weights import weights


def main(arguments: list[str]) -> int:
    """Print the folder, fetched or converted first where that is needed. Exit code 1: there are no weights."""
    try:
        print(weights(*arguments[:1]).folder)
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
