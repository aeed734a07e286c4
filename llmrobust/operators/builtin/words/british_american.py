"""British and American spelling, both ways.

Words of the same meaning only: not "practise" the verb, "program" of a computer, or "meter" the device.
"""

from __future__ import annotations

from collections.abc import Mapping

from llmrobust.operators.lexicons import LazyMapping, read_lexicon, word_pairs

TO_AMERICAN: Mapping[str, str] = word_pairs(__package__, "british_american")
"""From a British spelling in lower case to the American one."""
TO_BRITISH: Mapping[str, str] = LazyMapping(
    lambda: {
        american: british
        for british, american, direction in read_lexicon(__package__, "british_american")
        if direction == "both"
    }
)
"""From an American spelling in lower case to the British one, without American words that mean other things as well."""
