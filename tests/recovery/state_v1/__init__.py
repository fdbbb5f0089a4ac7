"""A state folder as version 1 of the journal left it; see `make.py`."""
