"""Records that are no good: a few for every reason that a well-formed export can give.

Put here: what is wrong with an export that is JSON all the same. Keep out: broken JSON, which readers have tests of their own for.
"""

from dataclasses import dataclass

from hubsync_assets.sample_data.scatter import JsonRecord

__all__ = ["BAD_VALUES", "JUNK", "BadValue", "Junk"]


@dataclass(frozen=True, slots=True)
class Junk:
    """An element of the export that has to be rejected as a whole, and the reason."""

    reason: str
    element: object


@dataclass(frozen=True, slots=True)
class BadValue:
    """A value that has to be dropped, and the source in whose record it stands; ``listed``: among the rejected ones."""

    source: str
    field: str
    value: object
    listed: bool = True

    def record(self, email: str) -> JsonRecord:
        """A second record of a person, with nothing in it but the bad value."""
        return {"email": email, self.field: self.value}


JUNK = (
    Junk("missing_email", {"name": "Ana Sin Correo", "country": "ES", "phone": "+34 600 000 001"}),
    Junk("invalid_email", {"email": "pia.rossi", "name": "Pia Rossi", "country": "IT"}),
    Junk("not_an_object", None),
    Junk("missing_email", {"email": None, "name": "Jean Dupont", "mrr": 120}),
    Junk("invalid_email", {"email": "jean..dupont@example.com", "name": "Jean Dupont"}),
    Junk("not_an_object", "export interrupted"),
    Junk("missing_email", {"email": "", "name": "Ohne Adresse", "country": "DE"}),
    Junk("invalid_email", {"email": "ulla@@example.org", "country": "DE", "mrr": 75}),
    Junk("not_an_object", 42),
    Junk("missing_email", {"email": " \t", "company_size": 12}),
    Junk("invalid_email", {"email": "marta ruiz@example.com", "country": "ES"}),
    Junk("not_an_object", ["paolo@example.com", "Paolo Conti"]),
    Junk("invalid_email", {"email": "luc@localhost", "country": "FR"}),
    Junk("invalid_email", {"email": ["eva@example.net"], "name": "Eva Groß"}),
)

BAD_VALUES = (
    BadValue("db1", "company_size", 12.7),
    BadValue("db2", "mrr", "n/a", listed=False),
    BadValue("db1", "name", {"first": "Anna", "last": "Rossi"}),
    BadValue("db2", "country", "Iberia"),
    BadValue("db1", "phone", ["+39 333 000 0001"]),
    BadValue("db2", "company_name", ["Fontana Sur", "Fontana"]),
    BadValue("db1", "company_size", "about fifty"),
    BadValue("db2", "mrr", -20),
    BadValue("db1", "country", "XX"),
    BadValue("db1", "company_size", -3),
    BadValue("db2", "mrr", True),
    BadValue("db1", "mrr", "1.200,00 €"),
    BadValue("db2", "country", 34),
    BadValue("db1", "company_size", 92233720368547758080),
)
