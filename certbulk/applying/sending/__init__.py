"""Sending the rows of a plan, in the order of the work: apply, batches, a row, verifying."""

__all__: list[str] = []
