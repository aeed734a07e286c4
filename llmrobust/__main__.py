"""`python -m llmrobust` is the `llmrobust` command."""

import sys

from llmrobust.cli import main

sys.exit(main())
