"""What is written for people in a source file: messages, docstrings and comments."""

import ast
import re
from collections.abc import Iterator, Sequence

__all__ = ["written_in"]

_MESSAGE = 3  # words; shorter texts are names, labels, and parts of patterns
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_COMMENT = re.compile(r"(?:^\s*|\s\s)#:? (.+)")  # as the formatter leaves them


def written_in(source: str, nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Yield each message of a Python file, each docstring, and each comment.

    Args:
        source: The text of the file.
        nodes: All nodes of its tree.
    """
    documents = [*_docstrings(nodes)]
    yield from (str(node.value) for node in documents)
    texts = _messages(nodes, {id(node) for node in documents})
    yield from (text for text in texts if len(text.split()) >= _MESSAGE)
    yield from _comments(source)


def _docstrings(nodes: Sequence[ast.AST]) -> Iterator[ast.Constant]:
    """Yield the docstrings of functions, and all bare texts of modules and classes."""
    for node in nodes:
        if isinstance(node, _DOCUMENTED):
            for line in node.body:
                if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant):
                    yield line.value


def _messages(nodes: Sequence[ast.AST], documents: set[int]) -> Iterator[str]:
    """Yield the other texts, with a sign for each value that is put into one."""
    whole = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    taken = documents | {id(part) for node in whole for part in node.values}
    for node in whole:
        yield "".join(str(p.value) if isinstance(p, ast.Constant) else "…" for p in node.values)
    for other in nodes:
        if isinstance(other, ast.Constant) and id(other) not in taken:
            yield from [other.value] if isinstance(other.value, str) else []


def _comments(source: str) -> Iterator[str]:
    """Yield comments; those on consecutive lines are one."""
    several: list[str] = []
    for line in source.splitlines():
        found = _COMMENT.search(line) if "#" in line else None
        if found:
            several.append(found[1])
        elif several:
            yield " ".join(several)
            several = []
    if several:
        yield " ".join(several)
