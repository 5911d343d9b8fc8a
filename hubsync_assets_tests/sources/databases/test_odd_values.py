"""Every odd type of every database is read as the database's own text, and none costs another row."""

import json

from hubsync_assets.sources.databases.query import Query
from hubsync_assets_tests.databases.odd_table import make_odd
from hubsync_assets_tests.databases.server import Server
from hubsync_assets_tests.sources.databases.asking import model, read, spec


def plain(text: str) -> object:
    """An array without blanks and with its elements as text, which is all the same to every kind of field."""
    return _texts(json.loads(text)) if text.startswith("[") and text.endswith("]") else text


def _texts(value: object) -> object:
    if isinstance(value, list):
        return [_texts(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else value if value is None else str(value)


def test_every_odd_type_is_read_as_the_databases_own_text(shared_server: Server) -> None:
    expected = make_odd(shared_server.engine(), "odd")
    fields = {f"f{number}": {"kind": "text"} for number in range(len(expected))}
    columns = dict(zip(fields, expected, strict=True))
    of = model({"columns": {"email": "id", **columns}}, **fields)
    came = read(spec(shared_server.setting, Query("id", table="odd"), required=tuple(expected)), of)
    texts = {column: came.rows[0][f"@{column}"] for column in expected}
    assert {name: plain(str(text)) for name, text in texts.items()} == {
        name: plain(text) for name, text in expected.items()
    }
    assert {came.rows[1][f"@{column}"] for column in expected} == {None}
    assert (came.ids, came.complete, len(came.rows)) == (["1", "2"], True, 2)
