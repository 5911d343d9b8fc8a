"""Types and values that a database's client tends to change or to stumble over, each with the text that must be read.

The text is what the database's own cast to text gives, asked when the table is made; it stands here only where a reader has to differ.

Keep out: the table that is made of them (odd_table.py); the types that a table of contacts usually has (filling.py).
"""

from dataclasses import dataclass

LONG_TIME_AGO = "0044-03-15 BC"


@dataclass(frozen=True)
class Odd:
    """A column with one value."""

    column: str
    type: str
    value: str
    """In SQL."""
    text: str | None = None
    """Where it is not what the cast gives."""
    optional: bool = False
    """Left out where the server was built without it."""


POSTGRESQL_TYPES = (
    "TYPE odd_plan AS ENUM ('basic', 'pro')",
    "TYPE odd_pair AS (number integer, word text)",
    "DOMAIN odd_positive AS integer CHECK (VALUE > 0)",
)

POSTGRESQL = (
    Odd("bigint_largest", "bigint", "9223372036854775807"),
    Odd("numeric_nine_places", "numeric(20,9)", "1.123456789"),
    Odd("numeric_zeros", "numeric(12,2)", "12.50"),
    Odd("numeric_long", "numeric", "12345678901234567890123456789012345678901234567890.5"),
    Odd("numeric_nan", "numeric", "'NaN'"),
    Odd("numeric_infinite", "numeric", "'-Infinity'"),
    Odd("double_large", "double precision", "1e300"),
    Odd("double_tenth", "double precision", "0.1"),
    Odd("double_sum", "double precision", "0.1::float8 + 0.2::float8"),
    Odd("double_nan", "double precision", "'NaN'"),
    Odd("real_tenth", "real", "0.1"),
    Odd("money", "money", "12.5::numeric::money"),
    Odd("boolean", "boolean", "true"),
    Odd("timestamptz", "timestamptz", "'2024-02-29 23:59:59.123456-08'"),
    Odd("timestamptz_infinite", "timestamptz", "'infinity'"),
    Odd("timestamp_long_ago", "timestamp", f"'{LONG_TIME_AGO}'"),
    Odd("date_long_ago", "date", f"'{LONG_TIME_AGO}'"),
    Odd("date_far_ahead", "date", "'12345-01-01'"),
    Odd("date_infinite", "date", "'-infinity'"),
    Odd("time_midnight", "time", "'24:00'"),
    Odd("timetz", "timetz", "'12:00:00+05:30'"),
    Odd("interval", "interval", "'1 year 2 mons 3 days 04:05:06.5'"),
    Odd("char_padded", "char(4)", "'a'", "a   "),  # as it is stored; whoever reads text trims it
    Odd("char_internal", '"char"', "'a'"),
    Odd("name", "name", "'a name'"),
    Odd("text_empty", "text", "''"),
    Odd("text_lines", "text", "E'a\\nb\\tc\\\\d;\"e\"'"),
    Odd("enum", "odd_plan", "'basic'"),
    Odd("domain", "odd_positive", "7"),
    Odd("composite", "odd_pair", "ROW(1, 'a')"),
    Odd("bytea", "bytea", r"'\x00ff'"),
    Odd("bits", "bit varying(8)", "B'0101'"),
    Odd("json", "json", """'{"b": 1,  "a": [1.50, null]}'"""),
    Odd("jsonb", "jsonb", """'{"b": 1,  "a": [1.50, null], "ü": "x"}'"""),
    Odd("jsonb_null", "jsonb", "'null'"),
    Odd("uuid", "uuid", "'123E4567-e89b-12d3-a456-426655440000'"),
    Odd("inet", "inet", "'192.168.0.1/24'"),
    Odd("inet_host", "inet", "'192.168.0.1'", "192.168.0.1"),  # only a cast shows the netmask of a host
    Odd("cidr", "cidr", "'10.0.0.0/8'"),
    Odd("macaddr", "macaddr", "'08-00-2b-01-02-03'"),
    Odd("range", "int4range", "'[1,5]'"),
    Odd("range_of_dates", "daterange", "'[2024-01-01,)'"),
    Odd("multirange", "int4multirange", "'{[1,3),[5,7)}'"),
    Odd("tsvector", "tsvector", "'a fat cat'"),
    Odd("point", "point", "'(1,2.5)'"),
    Odd("regclass", "regclass", "'pg_class'"),
    Odd("xml", "xml", "XMLPARSE(CONTENT '<a>ü</a>')", optional=True),
    Odd("citext", "citext", "'MiXed'", optional=True),
    Odd("texts", "text[]", "ARRAY['a', 'b;c', NULL]", '["a", "b;c", null]'),
    Odd(
        "texts_quoted",
        "text[]",
        """ARRAY['NULL', '', 'a"b', 'c\\d', 'e,f', '{g}', 'ü']""",
        r'["NULL", "", "a\"b", "c\\d", "e,f", "{g}", "ü"]',
    ),
    Odd("texts_none", "text[]", "'{}'", "[]"),
    Odd("integers", "integer[]", "ARRAY[1, 2, NULL]", "[1, 2, null]"),
    Odd("integers_from_zero", "integer[]", "'[0:1]={1,2}'", "[1, 2]"),
    Odd("integers_nested", "integer[]", "'{{1,2},{3,4}}'", "[[1, 2], [3, 4]]"),
    Odd("booleans", "boolean[]", "ARRAY[true, false]", "[true, false]"),
    Odd("enums", "odd_plan[]", "'{basic,pro}'", '["basic", "pro"]'),
)

MYSQL = (
    Odd("bigint_largest", "bigint unsigned", "18446744073709551615"),
    Odd("tinyint_no", "tinyint(1)", "0", "0"),
    Odd("tinyint_two", "tinyint(1)", "2", "2"),
    Odd("zerofilled", "int(5) zerofill", "42"),
    Odd("decimal_nine_places", "decimal(20,9)", "1.123456789"),
    Odd("decimal_zeros", "decimal(12,2)", "12.50"),
    Odd("decimal_long", "decimal(65,30)", "12345678901234567890123456789012345.123456789012345678901234567890"),
    Odd("double_large", "double", "1e300"),
    Odd("double_tenth", "double", "0.1"),
    Odd("double_sum", "double", "0.1e0 + 0.2e0"),
    Odd("float_tenth", "float", "0.1"),
    Odd("bit_one", "bit(1)", "b'1'", "1"),  # its cast is a control character
    Odd("bit_ten", "bit(10)", "b'101'", "5"),
    Odd("date_zero", "date", "'0000-00-00'"),
    Odd("date_without_day", "date", "'2024-02-00'"),
    Odd("datetime_zero", "datetime", "'0000-00-00 00:00:00'"),
    Odd("datetime_exact", "datetime(6)", "'2024-02-29 23:59:59.000120'"),
    Odd("datetime_midnight", "datetime", "'2024-02-29 00:00:00'"),
    Odd("timestamp", "timestamp NULL", "'2024-02-29 23:59:59'"),
    Odd("time_negative", "time", "'-838:59:59'"),
    Odd("time_early", "time", "'01:02:03'"),
    Odd("year", "year", "2024"),
    Odd("year_zero", "year", "0"),
    Odd("set_of_two", "set('t1', 't5', 't10')", "'t10,t5'"),
    Odd("set_of_none", "set('t1', 't5')", "''"),
    Odd("enum", "enum('basic', 'pro')", "'pro'"),
    Odd("json", "json", """'{"b": 1,  "a": [1.50, null]}'"""),
    Odd("char_padded", "char(4)", "'a'"),
    Odd("text_emoji", "longtext CHARACTER SET utf8mb4", "'👩‍💻 ü'"),
    Odd("text_latin", "varchar(20) CHARACTER SET latin1", "'Müller'"),
    Odd("text_with_nul", "varchar(20)", r"'a\0b'"),
    Odd("text_empty", "varchar(20)", "''"),
    Odd("bytes_fixed", "binary(2)", "x'00ff'", "\x00\\xff"),
    Odd("bytes", "varbinary(20)", "x'00ff'", "\x00\\xff"),
    Odd("blob_of_text", "blob", "x'c3bc'", "ü"),
    Odd("uuid", "uuid", "'123e4567-e89b-12d3-a456-426655440000'", optional=True),
    Odd("inet6", "inet6", "'::1'", optional=True),
)

# SQLite's own cast of a number with a point keeps 15 digits; Python's text of it keeps the number.
SQLITE = (
    Odd("integer", "INTEGER", "42"),
    Odd("integer_largest", "INTEGER", "9223372036854775807"),
    Odd("integer_too_large", "INTEGER", "99999999999999999999", "1e+20"),  # it becomes a real
    Odd("integer_with_text", "INTEGER", "'n/a'"),
    Odd("integer_from_text", "INTEGER", "'007'"),
    Odd("integer_with_point", "INTEGER", "1.5"),
    Odd("real_large", "REAL", "1e300", "1e+300"),
    Odd("real_tenth", "REAL", "0.1"),
    Odd("real_sum", "REAL", "0.1 + 0.2", "0.30000000000000004"),
    Odd("real_whole", "REAL", "3"),
    Odd("text_of_digits", "TEXT", "'00123'"),
    Odd("text_from_integer", "TEXT", "123"),
    Odd("text_huge_number", "TEXT", "'99999999999999999999'"),
    Odd("text_with_nul", "TEXT", "'a' || char(0) || 'b'"),
    Odd("text_not_utf8", "TEXT", "CAST(x'ff61' AS TEXT)", "\\xffa"),  # Python's client refuses it by itself
    Odd("text_empty", "TEXT", "''"),
    Odd("blob", "BLOB", "x'00ff'", "\x00\\xff"),
    Odd("blob_of_text", "BLOB", "x'c3bc'", "ü"),
    Odd("boolean", "BOOLEAN", "TRUE", "1"),
    Odd("date_as_people_write", "DATE", "'29.02.2024'"),
    Odd("datetime_as_number", "DATETIME", "1709164800"),
    Odd("no_type", "", "'x'"),
)

ODD: dict[str, tuple[Odd, ...]] = {"postgresql": POSTGRESQL, "mysql": MYSQL, "sqlite": SQLITE}
