"""A Parquet or Arrow file that is decoded in another process first, and here what that one has survived.

Put here: the questions, and a file that is opened anew where the process has died of one. Keep out: the process (``decoder``), and what is
done about damage (``columnar``).
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from typing import cast

import polars as pl

from hubsync_assets.errors import HubsyncError, TransientError
from hubsync_assets.sources import errors
from hubsync_assets.sources.files.source_file import SourceFile
from hubsync_assets.sources.readers.columnar_child import Opened
from hubsync_assets.sources.readers.columnar_file import FAULTS, ColumnarFile, ColumnarForm, unusable
from hubsync_assets.sources.readers.decoder import DECODERS, Decoder, DecodingError

__all__ = ["ColumnarProcess"]


class ColumnarProcess:
    """One file; close it. Questions are answered of the file that was opened, whatever takes its name meanwhile.

    Attributes:
        names: Its columns as they are spelled.
        nested: Those of lists and structs.
        height: How many rows it says it has.
    """

    def __init__(self, file: SourceFile, form: ColumnarForm) -> None:
        """Open it and read its footer.

        Raises:
            PermanentError: No permission.
            FileRefusedError: It has no end, is encrypted, or nobody can make sense of its footer.
            TransientError: It vanished, or the process was killed.
        """
        # The other process may have been started in another folder.
        self._file = replace(file, path=file.path.absolute()) if file.path is not None else file
        self._form = form
        self._child: Decoder | None = None
        try:
            self._child, opened = self._open()
        except DecodingError:
            raise self.refused("its footer is damaged, or of a version that is not known here") from None
        self._opened = opened
        self.names, self.nested, self.height = opened.names, opened.nested, opened.height

    def close(self) -> None:
        """Let go of it; more than once does no harm."""
        child, self._child = self._child, None
        if child is not None:
            with suppress(DecodingError, TransientError):
                child.ask("close")
                DECODERS.put(child)

    @property
    def has_changed(self) -> bool:
        """Somebody has written to it since it was opened."""
        return bool(self._ask("has_changed"))

    def refused(self, why: str) -> errors.FileRefusedError:
        """The error that nothing of it can be used."""
        return unusable(self._file.name, self._form, why)

    def batches(self, names: Sequence[str], rows: int) -> Iterator[pl.DataFrame]:
        """These columns, in the order of the file, about so many rows at a time.

        The other process decodes all of them first and keeps nothing: to do it twice costs a third of what it costs to hand frames over
        (500,000 rows: 0.1 s and 0.3 s of processor time).

        Raises:
            DecodingError: Some cannot be decoded.
            TransientError: The process was killed.
        """
        if self._ask("trial", list(names), rows) != self.height:
            raise DecodingError
        with closing(ColumnarFile(self._file, self._form)) as opened:
            if opened.opened_as != self._opened.was:
                raise DecodingError
            try:
                yield from opened.batches(names, rows)
            except FAULTS:
                raise DecodingError from None

    def piece(self, names: Sequence[str], start: int, rows: int) -> pl.DataFrame:
        """These columns of some rows, decoded there alone; raises as ``batches`` does."""
        return cast("pl.DataFrame", self._ask("piece", list(names), start, rows))

    def parts(self) -> list[tuple[int, int]]:
        """Of each row group or record batch, the number of its first row, from 0, and how many it has; nothing where nobody knows."""
        try:
            return cast("list[tuple[int, int]]", self._ask("parts"))
        except DecodingError:
            return []

    def counts(self, names: Sequence[str]) -> dict[str, int]:
        """How many values columns have, as far as they can be decoded."""
        # Each by itself where one may end the process; an Arrow file is read whole each time.
        found: dict[str, int] = {}
        for group in [[name] for name in names] if self._form == "parquet" else [list(names)]:
            with suppress(DecodingError):
                found |= cast("dict[str, int]", self._ask("count", group))
        return found

    def _ask(self, question: str, *given: object) -> object:
        child = self._running()
        try:
            return child.ask(question, *given)
        finally:
            if not child.is_alive:
                self._drop()

    def _running(self) -> Decoder:
        if self._child is not None:
            return self._child
        child, opened = self._open()
        if opened != self._opened:
            child.end()
            raise DecodingError
        self._child = child
        return child

    def _open(self) -> tuple[Decoder, Opened]:
        child = DECODERS.take(self._file.name)
        try:
            return child, cast("Opened", child.ask("open", self._file, self._form))
        except (DecodingError, HubsyncError):
            DECODERS.put(child)
            raise

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()
