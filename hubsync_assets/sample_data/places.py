"""What people, companies and phone numbers look like in each country.

Put here: lists and forms. Keep out: who gets what. The phone numbers have the form of real ones; the emails do not lead to
anybody, because their domains are reserved for examples (RFC 2606).
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

__all__ = ["DOMAINS", "PLACES", "UNKNOWN_DOMAIN", "Place", "slug"]

DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com", "post.example.org", "office.example.net")

UNKNOWN_DOMAIN = "example.con"
"""A typo that looks like an email and is refused by HubSpot: there is no such top-level domain."""


@dataclass(frozen=True, slots=True)
class Place:
    """A country, as people there write names and phone numbers.

    Attributes:
        code: The country's two letters.
        given: Given names.
        family: Family names.
        companies: Names of companies.
        legal_forms: What may stand behind a company's name.
        phones: The digits that a number begins with as dialled inside the country, and how many it has in all.
        spellings: How a number is written: what stands before it, the lengths of its groups (the last takes the rest), what stands
            between them, and whether a leading 0 is written.
        family_names: How many family names a person has.
    """

    code: str
    given: Sequence[str]
    family: Sequence[str]
    companies: Sequence[str]
    legal_forms: Sequence[str]
    phones: Sequence[tuple[str, int]]
    spellings: Sequence[tuple[str, Sequence[int], str, bool]]
    family_names: int = 1


PLACES: Mapping[str, Place] = {
    "ES": Place(
        "ES",
        ("Lucía", "Hugo", "María", "Martín", "Sofía", "Pablo", "Begoña", "Íñigo", "Carmen", "Javier", "Núria", "José Luis"),
        ("García", "Fernández", "López", "Muñoz", "Ibáñez", "Pérez", "Ruiz", "Núñez", "Ortega", "Castaño", "Gil", "de la Fuente"),
        ("Fontana Sur", "Aceites del Valle", "Logística Ebro", "Talleres Norte", "Cerámica Levante", "Bodegas Altamira", "Grupo Peña"),
        ("S.L.", "S.A.", "S. Coop."),
        (("612", 9), ("634", 9), ("655", 9), ("679", 9), ("912", 9), ("934", 9)),
        (("", (3, 3, 3), " ", True), ("+34 ", (3, 2, 2, 2), " ", True), ("0034 ", (9,), "", True), ("", (9,), "", True),
         ("(+34) ", (3, 3, 3), "-", True)),
        family_names=2,
    ),
    "IT": Place(
        "IT",
        ("Giulia", "Luca", "Chiara", "Marco", "Francesca", "Niccolò", "Alessandra", "Davide", "Elena", "Matteo", "Gian Piero"),
        ("Rossi", "Bianchi", "Esposito", "Ricci", "De Luca", "Conti", "D'Angelo", "Marino", "Fumagalli", "Nicolò", "Greco"),
        ("Officine Lombarde", "Tessitura Brenta", "Caffè Aurora", "Meccanica Adige", "Ceramiche Faenza", "Vini dell'Etna"),
        ("S.r.l.", "S.p.A.", "s.n.c."),
        (("320", 10), ("333", 10), ("347", 10), ("389", 10)),
        (("", (3, 3, 4), " ", True), ("+39 ", (3, 7), " ", True), ("0039 ", (3, 3, 4), " ", True), ("", (10,), "", True),
         ("+39", (3, 3, 4), "-", True)),
    ),
    "FR": Place(
        "FR",
        ("Camille", "Hugo", "Léa", "Théo", "Chloé", "Jean-Luc", "Françoise", "Maël", "Zoé", "Benoît", "Anaïs", "Loïc"),
        ("Martin", "Lefèvre", "Dubois", "Moreau", "Garçon", "Petit", "Roux", "Le Goff", "Béranger", "Fontaine", "Noël"),
        ("Boulangeries Duval", "Transports Garonne", "Ateliers Bréhat", "Verrerie du Lac", "Maison Colbert", "Études Rhône"),
        ("SARL", "SAS", "S.A."),
        (("0612", 10), ("0634", 10), ("0675", 10), ("0753", 10), ("0142", 10), ("0478", 10)),
        (("", (2, 2, 2, 2, 2), " ", True), ("+33 ", (1, 2, 2, 2, 2), " ", False), ("0033", (9,), "", False), ("", (10,), "", True),
         ("", (2, 2, 2, 2, 2), ".", True)),
    ),
    "DE": Place(
        "DE",
        ("Jürgen", "Anna", "Björn", "Käthe", "Lukas", "Mia", "Hans-Peter", "Sören", "Ulrike", "Jörg", "Lena", "Maximilian"),
        ("Müller", "Schmidt", "Weiß", "Schäfer", "Köhler", "Groß", "von Berg", "Jäger", "Krüger", "Becker", "Vogt"),
        ("Maschinenbau Köln", "Bäckerei Groß", "Elbe Logistik", "Süddruck", "Werkzeuge Harz", "Optik Jena", "Nordlicht Energie"),
        ("GmbH", "AG", "KG"),
        (("0151", 12), ("0160", 11), ("0171", 11), ("0175", 11), ("0176", 12)),
        (("", (4, 8), " ", True), ("+49 ", (3, 8), " ", False), ("0049 ", (3, 8), " ", False), ("", (12,), "", True),
         ("", (4, 8), "/", True)),
    ),
}  # fmt: skip

_LETTERS = str.maketrans({"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "'": "", " ": "", "&": ""})


@cache
def slug(name: str) -> str:
    """A name as it stands in an email: small ASCII letters, digits and hyphens."""
    small = unicodedata.normalize("NFC", name).lower().translate(_LETTERS)
    return unicodedata.normalize("NFD", small).encode("ascii", "ignore").decode()
