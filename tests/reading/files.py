"""Files to read, made by several writers and by hand, and what is asked of what was read."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from certbulk import Sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"

Cells = Mapping[str, Any]


def workbook(path: Path, *pages: tuple[str, Cells]) -> Path:
    """Write a workbook with openpyxl: sheets by name, cells by address."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, cells in pages:
        page = book.create_sheet(name)
        for address, value in cells.items():
            page[address] = value
    book.save(path)
    return path


def one_sheet(path: Path, cells: Cells) -> Path:
    """Write a workbook of one sheet with openpyxl."""
    return workbook(path, ("Types", cells))


def zipped(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """Write an archive of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def raw_parts(
    rows: str,
    *,
    calculation: str = "",
    shared: str = "",
    strict: bool = False,
) -> dict[str, str | bytes]:
    """Return the parts of a workbook whose sheet has these rows of XML."""
    main, relations = (STRICT_MAIN, STRICT_RELATIONS) if strict else (MAIN, RELATIONS)
    parts = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.sheet.main+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
            f'<sheet name="Types" sheetId="1" r:id="rId1"/></sheets>{calculation}</workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{relations}/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>'
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{shared}</sst>',
        "xl/worksheets/sheet1.xml": (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
        ),
    }
    return dict(parts)


def inline(address: str, text: str) -> str:
    """Return the XML of a cell that holds its text itself."""
    return f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'


def header(*names: str, row: int = 1) -> str:
    """Return the XML of a header row from column A on."""
    cells = "".join(
        inline(f"{chr(65 + position)}{row}", name) for position, name in enumerate(names)
    )
    return f'<row r="{row}">{cells}</row>'


def binary_workbook(rows: Mapping[int, Mapping[int, Any]]) -> dict[str, str | bytes]:
    """Return the parts of an .xlsb; cells by row and column from 0, errors as bytes of one code."""

    def record(number: int, content: bytes = b"") -> bytes:
        kind = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
        size, length = len(content), b""
        while size > 127:
            length += bytes([size & 0x7F | 0x80])
            size >>= 7
        return kind + length + bytes([size]) + content

    def wide(text: str) -> bytes:
        raw = text.encode("utf-16-le")
        return struct.pack("<I", len(raw) // 2) + raw

    def cell(column: int, value: Any) -> bytes:
        head = struct.pack("<II", column, 0)
        match value:
            case bool():
                return record(4, head + bytes([value]))
            case bytes():
                return record(3, head + value)
            case int() | float():
                return record(5, head + struct.pack("<d", value))
        return record(6, head + wide(value))

    columns = [column for cells in rows.values() for column in cells]
    size = struct.pack("<IIII", min(rows), max(rows), min(columns), max(columns))
    sheet = record(129) + record(148, size) + record(145)
    for row, cells in rows.items():
        sheet += record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0, 0, 0))
        sheet += b"".join(cell(column, value) for column, value in cells.items())
    sheet += record(146) + record(130)
    bundle = struct.pack("<II", 0, 1) + wide("rId1") + wide("Types")
    return {
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.bin"/></Relationships>'
        ),
        "xl/workbook.bin": record(131)
        + record(143)
        + record(156, bundle)
        + record(144)
        + record(132),
        "xl/_rels/workbook.bin.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
        ),
        "xl/worksheets/sheet1.bin": sheet,
    }


def open_document(table: str) -> dict[str, str | bytes]:
    """Return the parts of an .ods whose one sheet has these rows of XML."""
    names = "urn:oasis:names:tc:opendocument:xmlns"
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": (f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0"/>'),
        "content.xml": (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f'<office:document-content xmlns:office="{names}:office:1.0" '
            f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0" '
            'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
            '<office:body><office:spreadsheet><table:table table:name="Types">'
            f"{table}</table:table></office:spreadsheet></office:body></office:document-content>"
        ),
    }


def compound_file(*streams: str) -> bytes:
    """Return an OLE compound file with streams of these names, as encrypted workbooks are."""
    free, end, special = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    content = 8  # sectors of 512 bytes: from 4096 on a stream needs no smaller sectors
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    table = [special, end]
    for number in range(len(streams)):
        start = 2 + number * content
        table += [*range(start + 1, start + content), end]
    table += [free] * (128 - len(table))

    def entry(name: str, kind: int, *, child: int, right: int, start: int, size: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(raw), kind, 1, free, right, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    folder = entry("Root Entry", 5, child=1, right=free, start=end, size=0)
    for number, name in enumerate(streams):
        right = number + 2 if number + 1 < len(streams) else free
        folder += entry(
            name, 2, child=free, right=right, start=2 + number * content, size=content * 512
        )
    folder = folder.ljust(512, b"\0")
    return header + struct.pack("<128I", *table) + folder + bytes(len(streams) * content * 512)


def texts(sheet: Sheet, field: str) -> list[str | None]:
    """Return the texts of a column, None for blank."""
    column = sheet.column(field)
    assert column is not None, f"there is no column {field}"
    return list(column.cells)


def found(sheet: Sheet) -> list[tuple[str | None, str]]:
    """Return the findings of a sheet as (cell, code)."""
    return [(finding.cell, finding.code) for finding in sheet.findings]


def archive_of(path: Path) -> dict[str, bytes]:
    """Return the parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def lines(*records: Sequence[object], mark: str = ",") -> str:
    """Return records as lines of plain text, without any quotation marks."""
    return "".join(mark.join(map(str, record)) + "\n" for record in records)
