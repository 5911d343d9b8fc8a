"""The contact properties that every portal has, as data.

Names and types are those of HubSpot's own docs and of fixtures in public connectors; HubSpot has about 300 more, which are
left out until somebody needs one. Keep out: anything that reads or changes a portal's properties (``properties``).
"""

__all__ = ["COMPUTED", "DEFAULT_GROUPS", "DEFAULT_PROPERTIES"]

DEFAULT_GROUPS = {
    "contactinformation": "Contact information",
    "emailinformation": "Email information",
    "analyticsinformation": "Web analytics history",
    "conversioninformation": "Conversion information",
    "contactlcs": "Contact lifecycle stage properties",
}

_TEXTS = {
    "email": "Email",
    "firstname": "First Name",
    "lastname": "Last Name",
    "salutation": "Salutation",
    "jobtitle": "Job Title",
    "company": "Company Name",
    "company_size": "Company size",
    "website": "Website URL",
    "address": "Street Address",
    "city": "City",
    "state": "State/Region",
    "zip": "Postal Code",
    "country": "Country/Region",
    "hs_country_region_code": "Country/Region Code",
    "industry": "Industry",
    "annualrevenue": "Annual Revenue",
    "job_function": "Job function",
    "work_email": "Work email",
    "date_of_birth": "Date of birth",
    "degree": "Degree",
    "field_of_study": "Field of study",
    "gender": "Gender",
    "graduation_date": "Graduation date",
    "marital_status": "Marital Status",
    "military_status": "Military status",
    "relationship_status": "Relationship Status",
    "school": "School",
    "seniority": "Seniority",
    "start_date": "Start date",
    "twitterhandle": "Twitter Username",
}
_PHONES = {"phone": "Phone Number", "mobilephone": "Mobile Phone Number", "fax": "Fax Number"}
_READ_ONLY = {
    "hs_object_id": ("Record ID", "number", "number"),
    "createdate": ("Create Date", "datetime", "date"),
    "lastmodifieddate": ("Last Modified Date", "datetime", "date"),
    "hs_additional_emails": ("Additional email addresses", "string", "text"),
    "hs_email_domain": ("Email Domain", "string", "text"),
    "hs_full_name_or_email": ("Full name or email", "string", "text"),
    "hs_is_contact": ("Is a contact", "bool", "booleancheckbox"),
    "hs_marketable_status": ("Marketing contact status", "enumeration", "select"),
    "hs_object_source": ("Record source", "string", "text"),
    "hs_object_source_label": ("Record source", "string", "text"),
    "hs_all_contact_vids": ("Merged contact IDs", "string", "text"),
    "hs_merged_object_ids": ("Merged record IDs", "string", "text"),
    "num_notes": ("Number of Sales Activities", "number", "number"),
}
COMPUTED = frozenset(_READ_ONLY) - {"hs_additional_emails", "hs_marketable_status", "num_notes"}
"""What the emulator works out itself, so that it can't even be seeded."""

_LIFECYCLE = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
)
_SIZES = ("1-5", "5-25", "25-50", "50-100", "100-500", "500-1000", "1000+")
_LEAD_STATUS = (
    "NEW",
    "OPEN",
    "IN_PROGRESS",
    "OPEN_DEAL",
    "UNQUALIFIED",
    "ATTEMPTED_TO_CONTACT",
    "CONNECTED",
    "BAD_TIMING",
)
_ENUMERATIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "lifecyclestage": ("Lifecycle Stage", "radio", _LIFECYCLE),
    "hs_lead_status": ("Lead Status", "radio", _LEAD_STATUS),
    "numemployees": ("Number of Employees", "select", _SIZES),
    "hs_marketable_status": ("Marketing contact status", "select", ("true", "false")),
}


def _define(name: str, label: str, kind: str, field_type: str) -> dict[str, object]:
    options = [
        {"label": value, "value": value, "displayOrder": place, "hidden": False}
        for place, value in enumerate(_ENUMERATIONS[name][2] if name in _ENUMERATIONS else ())
    ]
    return {
        "name": name,
        "label": label,
        "type": kind,
        "fieldType": field_type,
        "description": "",
        "groupName": "contactinformation",
        "options": options,
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": False,
        "hasUniqueValue": name == "email",
        "hidden": False,
        "hubspotDefined": True,
        "formField": name not in _READ_ONLY,
        "archived": False,
        "modificationMetadata": {
            "archivable": False,
            "readOnlyDefinition": True,
            "readOnlyValue": name in _READ_ONLY,
        },
    }


def _all() -> list[dict[str, object]]:
    table = [(name, label, "string", "text") for name, label in _TEXTS.items()]
    table += [(name, label, "string", "phonenumber") for name, label in _PHONES.items()]
    table += [(name, label, "enumeration", field_type) for name, (label, field_type, _) in _ENUMERATIONS.items()]
    table += [(name, *rest) for name, rest in _READ_ONLY.items() if name not in _ENUMERATIONS]
    return [_define(*line) for line in table]


DEFAULT_PROPERTIES = _all()
