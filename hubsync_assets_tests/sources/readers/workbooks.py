"""Spreadsheets that tests write: .xlsx by openpyxl, .ods by hand. Keep out: what they should read as."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

__all__ = ["ods_of_rows", "write_ods", "write_xlsx"]

_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def write_xlsx(path: Path, sheets: Mapping[str, Iterable[Sequence[Any]]], hidden: Sequence[str] = ()) -> Path:
    """By sheet its rows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    book.close()
    return path


def write_ods(path: Path, rows: str) -> Path:
    """One sheet whose rows are given as XML."""
    body = f'<office:body><office:spreadsheet><table:table table:name="People">{rows}</table:table></office:spreadsheet></office:body>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    space = 'xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    entry = f'<m:file-entry m:full-path="/" m:media-type="{kind}"/>'
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", kind)
        packed.writestr("META-INF/manifest.xml", f"<m:manifest {space}>{entry}</m:manifest>")
        packed.writestr("content.xml", f"<office:document-content {_SPACES}>{body}</office:document-content>")
    return path


def ods_of_rows(rows: Iterable[Sequence[str]]) -> str:
    """Cells of text."""
    return "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
