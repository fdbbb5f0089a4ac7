"""Cells that change a list: `<add> Airport; <remove> 720441`, taken apart.

A tag holds until the next one: `<add> Airport; Downtown` adds both. A list before the first tag is
refused, because it may have been meant as the whole list.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from certbulk.core.kinds import Problem
from certbulk.core.kinds.kind import tidy
from certbulk.core.kinds.list_changes import ADD, REMOVE, ListChange
from certbulk.core.suggestions import nearest_word

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["has_tags", "may_have_tags", "read_list_change"]

_TAG = re.compile(r"<([^<>]{0,60})>")
_TAGS = {"add": ADD, "remove": REMOVE}
_MEANT = {
    **dict.fromkeys(("plus", "append", "include", "new", "+", "добавить"), ADD),
    **dict.fromkeys(("delete", "minus", "exclude", "drop", "-", "удалить", "убрать"), REMOVE),
}
_MARKS = " \t\r\n,;"


def _word(tag: re.Match[str]) -> str:
    """Return the word in a tag, without space around it."""
    return tag[1].strip()


def has_tags(text: str) -> bool:
    """Whether a cell's text is a change of a list."""
    return any(_word(tag).lower() in _TAGS for tag in _TAG.finditer(text))


def may_have_tags(text: str) -> bool:
    """Whether a text that names nothing known was probably meant as a change of a list."""
    return any(_meant(_word(tag)) for tag in _TAG.finditer(text))


def read_list_change(text: str, read: Callable[[str], Any]) -> ListChange | Problem:
    """Return the change that a cell describes, or what is wrong with it.

    Args:
        text: The cell's text, which has tags.
        read: Returns the ids that a list without tags means, or the `Problem` with it.
    """
    tags = [*_TAG.finditer(text)]
    for tag in tags:
        if _word(tag).lower() not in _TAGS:
            return _unknown_tag(text, tag)
    before = tidy(text[: tags[0].start()]).strip(_MARKS)
    if before:
        return Problem(
            "list_change",
            f'has "{before}" before {ADD} or {REMOVE}. Write either the whole list, or only what '
            "to add and what to remove.",
        )
    ids: dict[str, dict[int, None]] = {ADD: {}, REMOVE: {}}
    ends = [*(tag.start() for tag in tags[1:]), len(text)]
    for tag, end in zip(tags, ends, strict=True):
        listed = tidy(text[tag.end() : end]).strip(_MARKS)
        called = _TAGS[_word(tag).lower()]
        if not listed:
            return Problem("list_change", f"has nothing behind {called}. Write a name or an id.")
        value = read(listed)
        if isinstance(value, Problem):
            return _inside(text, tag.end(), end, listed, value)
        ids[called] |= dict.fromkeys(value)
    both = [number for number in ids[ADD] if number in ids[REMOVE]]
    if both:
        named = ", ".join(map(str, both))
        return Problem("list_change", f"both adds and removes {named}. Write only one of them.")
    return ListChange(tuple(ids[ADD]), tuple(ids[REMOVE]))


def _meant(word: str) -> str | None:
    """Return the tag that a word in angle brackets is, or was probably meant to be."""
    plain = word.lower()
    near = _TAGS.get(plain) or _MEANT.get(plain)
    return near or _TAGS.get(nearest_word(plain, _TAGS) or "")


def _unknown_tag(text: str, tag: re.Match[str]) -> Problem:
    meant = _meant(_word(tag))
    if meant is None:
        return Problem(
            "list_change",
            f"contains {tag[0]} beside {ADD} or {REMOVE}. Write only what to add and what to "
            "remove.",
        )
    repaired = f"{text[: tag.start()]}{meant}{text[tag.end() :]}"
    return Problem("list_change", f"contains {tag[0]}. Did you mean {meant}?", repaired)


def _inside(text: str, start: int, end: int, listed: str, problem: Problem) -> Problem:
    """Return the problem with a part of a cell as one with the whole cell."""
    message, suggestion = problem.message, problem.suggestion
    if suggestion is not None:
        suggestion = f"{text[:start]} {suggestion}{'; ' if text[end:] else ''}{text[end:]}"
    if not (problem.alone or message.startswith("contains ")):
        message = f'contains "{listed}", which {message}'
    return replace(problem, message=message, suggestion=suggestion, readings=())
