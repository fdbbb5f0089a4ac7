"""The page's long tables: narrowed, sorted and cut into pages here, so that a page stays quick."""

__all__: list[str] = []
