"""When a request may leave: rates, turns of threads, and backoff after a refusal."""

__all__: list[str] = []
