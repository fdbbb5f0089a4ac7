"""The reference pages in certbulk/docs, made from the code: `python -m tests.references`."""
