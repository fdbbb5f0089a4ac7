"""Notes on cells: ours come after the person's own, and can be removed again."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from certbulk.workbook.editing.comment_shapes import (
    EMPTY_DRAWING,
    grown,
    with_shapes,
    without_shapes,
)
from certbulk.workbook.editing.markup import (
    appended,
    attribute,
    children,
    escaped,
    named,
    prefix_of,
    root_of,
    spliced,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.workbook.editing.markup import Element
    from certbulk.workbook.editing.package import Package
    from certbulk.workbook.editing.sheet_part import Coordinates

__all__ = ["MARK", "conversations", "put_notes"]

MARK = "certbulk "
"""The beginning of each of our lines, by which they are recognized in a later copy."""

_AUTHOR = "certbulk"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_OUR_LINE = re.compile(rf"(?:^|\n){MARK}(?:error|warning): [^\n]*")

_TEXT = re.compile(rb"(<(?:\w+:)?t(?:\s[^>]*)?(?<!/)>)([^<]*)(</(?:\w+:)?t\s*>)")
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")


def conversations(package: Package, sheet: str) -> set[Coordinates]:
    """Return the cells of the sheet at a path that have a conversation (threaded comments).

    They also have a note for old programs, in the language of the writer.
    """
    found: set[Coordinates] = set()
    for relation in package.relations(sheet).values():
        if relation.kind == "threadedComment" and relation.path in package:
            xml = package.read(relation.path)
            spots = (attribute(e.tag(xml), "ref") for e in children(xml, root_of(xml)))
            found |= {_cell(spot or "") for spot in spots}
    return found


def put_notes(
    package: Package, sheet: str, drawing: str | None, notes: Mapping[Coordinates, list[str]]
) -> str | None:
    """Write lines into the notes of cells, instead of our earlier lines.

    Args:
        package: The workbook.
        sheet: The path of the sheet's part.
        drawing: The path of the sheet's drawing with the boxes of its notes, if there is one.
        notes: The lines by cell; each gets MARK at its beginning.

    Returns:
        The path of the drawing; None if the sheet needs none.
    """
    parts = package.relations(sheet).values()
    path = next((path for kind, path in parts if kind == "comments"), None)
    if path is None and not notes:
        return drawing
    if path is None:
        path = package.free("xl/comments{}.xml")
        empty = b'<comments xmlns="%s"><authors></authors><commentList></commentList></comments>'
        package.put(path, empty % package.main_namespace.encode(), _COMMENTS_TYPE)
        package.relate(sheet, "comments", path)
    if drawing is None:
        drawing = package.free("xl/drawings/vmlDrawing{}.vml")
        package.put(drawing, EMPTY_DRAWING, _DRAWING_TYPE)
        package.relate(sheet, "vmlDrawing", drawing)
    xml, had, has = _comments(package.read(path), notes, conversations(package, sheet))
    package.put(path, xml)
    shapes = without_shapes(package.read(drawing), had - has.keys())
    shapes = grown(shapes, {cell: has[cell] for cell in had & notes.keys()})
    shapes = with_shapes(shapes, {cell: has[cell] for cell in has.keys() - had})
    package.put(drawing, shapes)
    return drawing


def _comments(
    xml: bytes, notes: Mapping[Coordinates, list[str]], talked_on: set[Coordinates]
) -> tuple[bytes, set[Coordinates], dict[Coordinates, str]]:
    """Return the comments with ours, the cells that had one, and the texts of all by cell."""
    root = root_of(xml)
    authors, listed = (named(children(xml, root), name) for name in ("authors", "commentList"))
    if authors is None or listed is None:
        raise ValueError("a part with comments has no list of them")
    prefix = prefix_of(root.tag(xml)).decode()
    author = _author(xml, authors)
    left = dict(notes)
    had: set[Coordinates] = set()
    has: dict[Coordinates, str] = {}
    changes: list[tuple[int, int, bytes]] = []
    for comment in children(xml, listed):
        cell = _cell(attribute(comment.tag(xml), "ref") or "")
        had.add(cell)
        lines = left.pop(cell, [])
        whole = comment.of(xml)
        kept = whole if cell in talked_on else _kept(whole, lines, prefix)
        if kept is not None:
            has[cell] = _shown(kept)
        if kept != comment.of(xml):
            changes.append((comment.start, comment.end, kept or b""))
    new = []
    for cell, lines in sorted(left.items()):
        new.append(_comment(cell, author, lines, prefix))
        has[cell] = _shown(new[-1])
    xml = appended(xml, listed, b"".join(new))
    xml = spliced(xml, changes)
    if author == len(children(xml, authors)):
        name = f"<{prefix}author>{_AUTHOR}</{prefix}author>".encode()
        xml = appended(xml, authors, name)
    return xml, had, has


def _author(xml: bytes, authors: Element) -> int:
    """Return our number among the authors; the next number if we are not among them."""
    names = [xml[e.inner_start : e.inner_end].decode() for e in children(xml, authors)]
    return names.index(_AUTHOR) if _AUTHOR in names else len(names)


def _kept(comment: bytes, lines: list[str], prefix: str) -> bytes | None:
    """Return a comment with these lines instead of our earlier ones; None if it is then empty."""
    whole = root_of(comment)
    text = named(children(comment, whole), "text")
    if text is None:
        return comment
    inner = comment[text.inner_start : text.inner_end]
    shown = _shown(inner)
    if not lines and not _OUR_LINE.search(shown):
        return comment
    theirs = _OUR_LINE.sub("", shown).strip("\n")
    if not theirs and not lines:
        return None
    runs = _without_ours(inner, prefix) if theirs else b""
    apart = bool(theirs) and not _shown(runs).endswith("\n")
    ours = _run(lines, prefix, after=apart) if lines else b""
    return comment[: text.inner_start] + runs + ours + comment[text.inner_end :]


def _without_ours(inner: bytes, prefix: str) -> bytes:
    """Return the runs of a text without our lines; a bare text becomes a run."""
    run = f"{prefix}r".encode()
    kept = []
    for element in children(inner):
        raw = element.of(inner)
        theirs = _TEXT.sub(_stripped, raw) if element.name in {"r", "t"} else raw
        if _shown(raw) and not _shown(theirs):
            continue
        kept.append(b"<%s>%s</%s>" % (run, theirs, run) if element.name == "t" else theirs)
    return b"".join(kept)


def _shown(xml: bytes) -> str:
    return "".join(unescape(text.decode()) for _, text, _ in _TEXT.findall(xml))


def _stripped(match: re.Match[bytes]) -> bytes:
    text = unescape(match[2].decode())
    theirs = _OUR_LINE.sub("", text)
    if theirs == text:
        return match[0]
    opening = match[1] if b"xml:space" in match[1] else match[1][:-1] + b' xml:space="preserve">'
    return opening + escaped(theirs) + match[3]


def _comment(cell: Coordinates, author: int, lines: list[str], prefix: str) -> bytes:
    opening = f'<{prefix}comment ref="{_ref(cell)}" authorId="{author}"><{prefix}text>'.encode()
    closing = f"</{prefix}text></{prefix}comment>".encode()
    return opening + _run(lines, prefix, after=False) + closing


def _run(lines: list[str], prefix: str, *, after: bool) -> bytes:
    """Return our lines as a run of text, on a new line if `after` the person's text."""
    text = "\n".join(MARK + line for line in lines)
    shown = escaped("\n" + text if after else text).decode()
    return (
        f'<{prefix}r><{prefix}rPr><{prefix}sz val="9"/></{prefix}rPr>'
        f'<{prefix}t xml:space="preserve">{shown}</{prefix}t></{prefix}r>'
    ).encode()


def _cell(ref: str) -> Coordinates:
    """Return the cell of a note; 0, 0 if its address is invalid."""
    if not _ADDRESS.fullmatch(ref):
        return 0, 0
    row, column = coordinate_to_tuple(ref)
    return row, column


def _ref(cell: Coordinates) -> str:
    return f"{get_column_letter(cell[1])}{cell[0]}"
