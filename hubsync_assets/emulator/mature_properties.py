"""The property definitions of the preset ``mature``, as data: what years of use make of a portal.

Put here: definitions as ``seeding`` takes them. Keep out: contacts (``mature``). Every custom property is in use: the contacts
have values of it.
"""

from typing import Any

__all__ = ["COUNTRIES", "CUSTOM", "MATURE_PROPERTIES", "SIZES", "choices"]

COUNTRIES = (
    "Argentina",
    "Australia",
    "Austria",
    "Belgium",
    "Brazil",
    "Canada",
    "Chile",
    "Colombia",
    "Czech Republic",
    "Denmark",
    "Finland",
    "France",
    "Germany",
    "Greece",
    "Hungary",
    "India",
    "Ireland",
    "Italy",
    "Japan",
    "Mexico",
    "Netherlands",
    "New Zealand",
    "Norway",
    "Poland",
    "Portugal",
    "Romania",
    "Singapore",
    "South Africa",
    "Spain",
    "Sweden",
    "Switzerland",
    "Turkey",
    "United Kingdom",
    "United States",
)
SIZES = ("1-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5000+")
STAGES = {
    "subscriber": "Subscriber",
    "lead": "Lead",
    "marketingqualifiedlead": "Marketing Qualified Lead",
    "184520113": "In trial",
    "salesqualifiedlead": "Sales Qualified Lead",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "evangelist": "Evangelist",
    "other": "Other",
}

CUSTOM: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "customer_number": ("Customer number", "string", "text", ()),
    "billing_email": ("Billing email", "string", "text", ()),
    "vat_number": ("VAT number", "string", "text", ()),
    "account_manager": ("Account manager", "string", "text", ()),
    "referred_by": ("Referred by", "string", "text", ()),
    "preferred_name": ("Preferred name", "string", "text", ()),
    "office_floor": ("Office floor", "string", "text", ()),
    "notes_from_call": ("Notes from call", "string", "textarea", ()),
    "delivery_address": ("Delivery address", "string", "textarea", ()),
    "assistant_phone": ("Assistant's phone", "string", "phonenumber", ()),
    "product_plan": ("Product plan", "enumeration", "select", ("free", "starter", "team", "business")),
    "signup_source": ("Signup source", "enumeration", "select", ("website", "event", "partner", "referral", "other")),
    "preferred_language": ("Preferred language", "enumeration", "radio", ("en", "es", "fr", "de", "it", "pt")),
    "interests": ("Interests", "enumeration", "checkbox", ("reporting", "automation", "integrations", "training")),
    "sales_region": ("Sales region", "enumeration", "select", ("north", "south", "overseas")),
    "persona": ("Persona", "enumeration", "select", ("buyer", "champion", "user", "blocker")),
    "churn_risk": ("Churn risk", "enumeration", "radio", ("low", "medium", "high")),
    "seats": ("Seats", "number", "number", ()),
    "logins_last_month": ("Logins last month", "number", "number", ()),
    "support_tickets": ("Support tickets", "number", "number", ()),
    "nps_score": ("NPS score", "number", "number", ()),
    "discount_percent": ("Discount (%)", "number", "number", ()),
    "trial_started": ("Trial started", "date", "date", ()),
    "renewal_date": ("Renewal date", "date", "date", ()),
    "last_demo_at": ("Last demo", "datetime", "date", ()),
    "newsletter": ("Newsletter", "bool", "booleancheckbox", ()),
    "reference_customer": ("Reference customer", "bool", "booleancheckbox", ()),
    "is_partner": ("Is a partner", "bool", "booleancheckbox", ()),
    "terms_accepted": ("Terms accepted", "bool", "booleancheckbox", ()),
    "legacy_score": ("Legacy score", "number", "number", ()),
}
"""The 30 custom properties: label, type, fieldType, options."""


def choices(labels: dict[str, str]) -> list[dict[str, str]]:
    """Options from internal value to label."""
    return [{"value": value, "label": label} for value, label in labels.items()]


def _custom(name: str) -> dict[str, Any]:
    label, kind, field_type, options = CUSTOM[name]
    given: dict[str, Any] = {"name": name, "label": label, "type": kind, "fieldType": field_type}
    given["groupName"] = "sales_operations"
    given["options"] = choices({option: option.capitalize() for option in options})
    return given


MATURE_PROPERTIES: list[dict[str, Any]] = [
    {
        "name": "country",
        "type": "enumeration",
        "fieldType": "select",
        "options": choices({country.lower(): country for country in COUNTRIES}),
    },
    {
        "name": "company_size",
        "type": "enumeration",
        "fieldType": "select",
        "options": choices({size: f"{size} employees" for size in SIZES}),
    },
    {
        "name": "mrr",
        "label": "MRR",
        "type": "number",
        "fieldType": "calculation_equation",
        "groupName": "sales_operations",
        "calculated": True,
    },
    {"name": "lifecyclestage", "options": choices(STAGES)},
    *({**_custom(name), "hasUniqueValue": name == "customer_number"} for name in CUSTOM if name != "legacy_score"),
    {**_custom("legacy_score"), "readOnlyValue": True},
]
