"""What real inputs look like: rates of typos, lost punctuation, casing, fillers and chatter, and a suite like them.

A detector for each feature counts it in a text. What a detector finds in clean texts, and what it finds after an
operator was applied to them, is measured (`calibration`); with that the shares found in real inputs become rates of
the operators (`estimate`). Texts are read, counted and forgotten: only counts are kept.
"""

from llmrobust.fit.calibration import Calibration, bundled_calibration, calibrated
from llmrobust.fit.counting import Counted, counted
from llmrobust.fit.drift import Drift, Moved, drift_between
from llmrobust.fit.estimate import Estimate, Fitted, fitted, fitted_from
from llmrobust.fit.features import FEATURES, Feature
from llmrobust.fit.logs import Logs, in_english, read_logs

__all__ = [
    "FEATURES",
    "Calibration",
    "Counted",
    "Drift",
    "Estimate",
    "Feature",
    "Fitted",
    "Logs",
    "Moved",
    "bundled_calibration",
    "calibrated",
    "counted",
    "drift_between",
    "fitted",
    "fitted_from",
    "in_english",
    "read_logs",
]
