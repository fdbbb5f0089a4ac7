"""Sending the rows of a plan: apply, batches, one row, lost answers, verification."""

__all__: list[str] = []
