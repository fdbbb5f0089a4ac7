"""Findings, the catalogue of their codes, and the rules that span columns."""

__all__: list[str] = []
