"""What is written for people in a source file: messages, docstrings and comments."""

import ast
import io
import tokenize
from collections.abc import Iterator

__all__ = ["written_in"]

_MESSAGE = 3  # words; shorter texts are names, labels, and parts of patterns
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def written_in(source: str) -> Iterator[str]:
    """Yield each message of a Python file, each docstring, and each comment of several lines."""
    tree = ast.parse(source)
    documents = {id(node) for node in _docstrings(tree)}
    yield from (str(node.value) for node in _docstrings(tree))
    yield from (text for text in _messages(tree, documents) if len(text.split()) >= _MESSAGE)
    yield from _comments(source)


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the docstrings of functions, and all bare texts of modules and classes."""
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED):
            for line in node.body:
                if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant):
                    yield line.value


def _messages(tree: ast.Module, documents: set[int]) -> Iterator[str]:
    """Yield the other texts, with a sign for each value that is put into one."""
    whole = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in whole for part in node.values}
    for node in whole:
        yield "".join(str(p.value) if isinstance(p, ast.Constant) else "…" for p in node.values)
    for other in ast.walk(tree):
        if isinstance(other, ast.Constant) and id(other) not in documents | parts:
            yield from [other.value] if isinstance(other.value, str) else []


def _comments(source: str) -> Iterator[str]:
    """Yield comments; those on consecutive lines are one."""
    several: list[str] = []
    last = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        if token.start[0] != last + 1 and several:
            yield " ".join(several)
            several = []
        several.append(token.string.lstrip("#: "))
        last = token.start[0]
    if several:
        yield " ".join(several)
