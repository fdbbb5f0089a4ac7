"""The documentation: pages in four parts, and the site that `python -m certbulk.docs` makes."""

__all__: list[str] = []
