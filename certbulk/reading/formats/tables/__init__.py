"""Sources that have columns already: Parquet files, frames and records."""

__all__: list[str] = []
