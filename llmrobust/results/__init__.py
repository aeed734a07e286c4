"""What a run is: its values, its JSON format, verdicts, baselines, and how two runs are compared.

Nothing here shows anything to a person; `report` does that.
"""
