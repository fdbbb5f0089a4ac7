"""The journal: the intents and outcomes of runs, written to disk before the next step."""

__all__: list[str] = []
