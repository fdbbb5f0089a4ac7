"""The pictures in the docs, drawn from a plan and a run on the sandbox.

`python -m tests.pictures` draws them anew; it takes about two minutes, because its pace is real.
"""
