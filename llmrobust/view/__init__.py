"""`llmrobust view`: local pages over stored runs: their history, models side by side, and every case.

`library` finds and reads runs, `server` answers requests from this machine; the pages are made in `report/html/`.
"""
