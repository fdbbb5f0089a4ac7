"""From a `Report` to better rows: repairs that are made, and notes on the cells for the others."""
