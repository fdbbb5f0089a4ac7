"""When a request may leave: rates, turns of threads, and rests after a refusal."""

__all__: list[str] = []
