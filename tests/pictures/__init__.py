"""The pictures in the docs, drawn from a plan and a run on the practice server.

`python -m tests.pictures` draws them anew; it takes about two minutes, because its pace is real.
"""
