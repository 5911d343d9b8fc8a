"""Python bytes as a polars column of UInt8, without a copy, through Arrow's C data interface.

Every other way of handing a block's bytes to polars copies them once or twice, which costs a sixth of the time it takes to
parse the block. The structures are those of https://arrow.apache.org/docs/format/CDataInterface.html; polars takes anything that
has ``__arrow_c_array__``. Keep out: what is counted in the bytes.
"""

import ctypes
from itertools import count
from typing import Any

import polars as pl

__all__ = ["byte_column"]


class _Schema(ctypes.Structure):
    """``struct ArrowSchema``."""


class _Array(ctypes.Structure):
    """``struct ArrowArray``."""


_ReleaseSchema = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))
_ReleaseArray = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))

_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.c_void_p),
    ("dictionary", ctypes.c_void_p),
    ("release", _ReleaseSchema),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.c_void_p),
    ("children", ctypes.c_void_p),
    ("dictionary", ctypes.c_void_p),
    ("release", _ReleaseArray),
    ("private_data", ctypes.c_void_p),
]

_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]

_UINT8 = b"C"
_tickets = count(1)
_lent: dict[int, object] = {}
"""What polars still reads: it must stay until polars says that it is done."""


def _schema_is_done(schema: Any, done: object = _ReleaseSchema()) -> None:  # noqa: ANN401 - a ctypes pointer
    schema.contents.release = done


def _array_is_done(  # what it needs is in its defaults: this module's names may be gone when the interpreter ends
    array: Any,  # noqa: ANN401 - a ctypes pointer
    lent: dict[int, object] = _lent,
    done: object = _ReleaseArray(),
) -> None:
    lent.pop(array.contents.private_data, None)
    array.contents.release = done


_release_schema = _ReleaseSchema(_schema_is_done)
_release_array = _ReleaseArray(_array_is_done)
for _callback in (_release_schema, _release_array):
    # Never freed: a column may be dropped after this module, as when an exception that holds one ends the process, and polars
    # would then call into freed memory.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(_callback))


class _Lender:
    """Hands bytes over once."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """Two capsules; polars moves the structures out of them before this object goes."""
        del requested_schema
        buffers = (ctypes.c_void_p * 2)(None, ctypes.cast(ctypes.c_char_p(self._data), ctypes.c_void_p).value)
        ticket = next(_tickets)
        _lent[ticket] = self._data, buffers
        at = ctypes.addressof(buffers)
        self._schema = _Schema(_UINT8, b"", None, 0, 0, None, None, _release_schema, None)
        self._array = _Array(len(self._data), 0, 0, 2, 0, at, None, None, _release_array, ticket)
        return (
            _new_capsule(ctypes.addressof(self._schema), b"arrow_schema", None),
            _new_capsule(ctypes.addressof(self._array), b"arrow_array", None),
        )


def byte_column(data: bytes) -> pl.Series:
    """The bytes as UInt8, sharing their memory, which lives as long as the column or a slice of it."""
    lender = _Lender(data)
    return pl.Series(lender)
