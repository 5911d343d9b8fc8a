"""The records of a CSV file, read exactly and one by one with the standard library's reader.

``csv_start`` says which line names the columns. Quotes as RFC 4180 has them, line breaks within them included; an empty
value is a missing one. Cells that are missing at the end of a row are not given, and what is too much there is nothing as long
as it is empty, as everywhere else. A record with values beyond the last column is malformed: nobody can know which of them are
where they belong. So is one with a quote out of place; reading goes on with the line after the one it begins in. A file without
any text is malformed and incomplete (a writer that died: even an empty export has a header). Keep out: bytes of files, frames.
"""

import csv

from hubsync_assets.sources.readers.csv_header import Header
from hubsync_assets.sources.readers.csv_repairs import (
    ends_escaped,
    unescaped,
    without_formulas,
    without_padding,
)
from hubsync_assets.sources.readers.csv_start import CsvStart, cells_of
from hubsync_assets.sources.readers.csv_tap import CutDown, Tap
from hubsync_assets.sources.readers.json_lines import LineSplitter
from hubsync_assets.sources.readers.keys import KEY
from hubsync_assets.sources.readers.protocols import Part
from hubsync_assets.sources.readers.row_builder import RAW_LIMIT, RowBuilder

__all__ = ["CsvParser"]


_END_OF_DOS = b"\x1a"
"""What programs of DOS put behind the last line."""

_SURELY_WHOLE = RAW_LIMIT // 4
"""A line that was cut down has more characters than this."""


_MOST_ESCAPED = 50
"""Lines of one record that MySQL breaks with a backslash."""


class CsvParser:
    """CSV as a state between two parts of its text."""

    def __init__(self, builder: RowBuilder, limit: int, name: str, start: CsvStart) -> None:
        """Records go to ``builder``; a line with more bytes than ``limit`` is cut down, and so malformed.

        ``name`` is the file, for errors; ``start``: where its header is.
        """
        self.header: Header | None = None
        self._builder = builder
        self._name = name
        self._start = start
        self._header_lines: list[str] = []
        self._limit = limit
        self._splitter = LineSplitter(limit)
        self._tap = Tap()
        self._reader = csv.reader(self._tap)
        self._line = 0

    @property
    def stopped(self) -> bool:
        """Lines are read to the end."""
        return False

    @property
    def between_records(self) -> bool:
        """The next byte begins a new record."""
        return self.header is not None and not self._splitter.size and not self._tap

    def skip(self, part: Part) -> None:
        """Step over whole records that were read another way, each on one line."""
        self._line += part.rows.columns[0].len() if part.rows is not None else 0

    def feed(self, data: bytes) -> None:
        """Take the next part of the text, whatever its end.

        Raises:
            FileRefusedError: The first line names no email.
        """
        for line, size in self._splitter.split(data):
            self._add_line(line, size)
        if self.header:
            self._records(self.header, last=False, fault=None)

    def finish(self, fault: str | None) -> None:
        """There is no more text; ``fault`` is why, if that is wrong.

        Raises:
            FileRefusedError: The first line names no email.
        """
        line, size = self._splitter.rest()
        if not self.header and (fault or not line.strip()):
            what = fault or "the file is empty, without even a header"
            self._builder.malformed(what, line.decode("utf-8", "surrogateescape"), lost=True)
            return
        if self.header and line.strip() == _END_OF_DOS and fault is None:
            size = 0
        if size:
            self._add_line(line, size)
        if self.header:
            self._records(self.header, last=True, fault=fault, cut=bool(size))
        if fault and self._builder.complete:
            self._builder.malformed(f"{fault}, behind line {self._line}", "", lost=True)

    def _add_line(self, data: bytes, size: int) -> None:
        line = data.decode("utf-8", "surrogateescape")
        if self.header:
            self._tap.add(line if size <= self._limit else CutDown(line))
            return
        self._line += 1
        if self._line > self._start.above:
            self._header_lines.append(line)
            if len(self._header_lines) >= self._start.lines:
                self._read_header()

    def _read_header(self) -> None:
        text = "".join(self._header_lines).rstrip("\r\n")
        self._header_lines.clear()
        if text.strip():
            self.header = Header(text, self._name, self._builder.book, self._start.delimiter)
            self._tap.delimiter = self.header.delimiter
            mark, quote = self.header.delimiter, self.header.quote
            self._reader = csv.reader(self._tap, delimiter=mark, quotechar=quote, strict=True)

    def _records(self, header: Header, *, last: bool, fault: str | None, cut: bool = False) -> None:
        """Read the lines that wait. ``cut``: the last of them has no end."""
        tap = self._tap
        while tap:
            tap.taken.clear()
            try:
                row = next(self._reader)
            except csv.Error as error:
                at_end = not tap
                if at_end and not last and str(error) == "unexpected end of data":
                    tap.give_back(0)
                    return
                repaired = unescaped(tap.taken[0].rstrip("\r\n"), header.delimiter, header.width)
                if repaired is not None:
                    tap.give_back(1)
                    self._record(repaired, header, cut=cut and not tap, fault=fault)
                else:
                    lost = at_end and cut
                    if not lost:
                        tap.give_back(1)
                    self._malformed(str(error), lost=lost, fault=fault)
            else:
                if ends_escaped(tap.taken[-1]):
                    whole = self._over_lines(row, header)
                    if whole is None and not last:
                        tap.give_back(0)
                        return
                    row = whole or row
                self._record(row, header, cut=cut and not tap, fault=fault)
            self._line += len(tap.taken)

    def _over_lines(self, row: list[str], header: Header) -> list[str] | None:
        """The row whose line ends are escaped, as MySQL writes them, or the one that is there; ``None``: lines are missing to tell."""
        tap, known = self._tap, len(self._tap.taken)
        while len(tap.taken) < known + _MOST_ESCAPED and ends_escaped(tap.taken[-1]):
            if not tap:
                tap.give_back(known)
                return None
            next(tap)
            beginning = cells_of(tap.taken[-1].rstrip("\r\n"), header.delimiter)
            if any("@" in cell for cell in beginning[: header.cells[KEY][0] + 1][-1:]):
                break  # the next record: a backslash is the end of a value
        else:
            text = "".join(tap.taken).replace("\r\n", "\n").rstrip("\n")
            whole = unescaped(text, header.delimiter, header.width) if header.width > 1 else None
            if whole is not None:
                return whole
        tap.give_back(known)
        return row

    def _record(self, row: list[str], header: Header, *, cut: bool, fault: str | None) -> None:
        text = self._tap.text()
        # In a file of tabs, a line of nothing but tabs is a record without values.
        if len(row) <= 1 and not text.strip():
            return
        row = _repaired(row, text, header)
        if not row:
            self._malformed("a quote behind a blank is not closed", lost=cut, fault=fault)
            return
        lost = cut and (len(row) < header.width or fault is not None)
        if lost or any(cell.strip() for cell in row[header.width :]):
            self._malformed(f"{len(row)} values for {header.width} columns", lost=lost, fault=fault)
        elif len(text) > _SURELY_WHOLE and self._tap.is_cut_down():
            self._malformed(f"a line longer than {self._limit} bytes", lost=False, fault=None)
        elif not _is_utf8(text):
            self._malformed("a byte that is not UTF-8", lost=False, fault=None)
        else:
            self._builder.add_cells(header.values(row), header.not_given(len(row)), text)
            for column, name in header.unknown:
                if column < len(row) and row[column]:
                    self._builder.count_unknown(name)

    def _malformed(self, what: str, *, lost: bool, fault: str | None) -> None:
        why = f" ({fault})" if fault else ""
        end = f", the file ends inside it{why}" if lost else ""
        self._builder.malformed(f"line {self._line + 1}: {what}{end}", self._tap.text(), lost=lost)


def _repaired(row: list[str], text: str, header: Header) -> list[str]:
    """A record's cells as they are meant; none where nobody can know."""
    if len(row) > header.width and any(cell.strip() for cell in row[header.width :]):
        row = unescaped(text, header.delimiter, header.width) or row
    padded = without_padding(text, header.delimiter, header.quote) if f" {header.quote}" in text else None
    row = row if padded is None else padded
    return without_formulas(row) if '="' in text else row


def _is_utf8(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
