"""What kinds of refusal there are, as far as more than one room has to know.

Put here: HubSpot's words whose meaning the writer and the plan share. Keep out: what the rooms do about them.
"""

__all__ = ["CONFLICTS"]

CONFLICTS = frozenset({"CONFLICT", "OBJECT_ALREADY_EXISTS", "CONFLICTING_UNIQUE_VALUE"})
"""Categories and codes of a clash with another record in HubSpot, which may be resolved there without the contact changing."""
