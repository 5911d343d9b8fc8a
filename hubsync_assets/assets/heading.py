"""Where a plan goes, or an upload went, in large letters: nobody should take a real portal for the emulator, or one portal for another.

Keep out: everything below that line.
"""

from hubsync_assets.settings import Settings
from hubsync_assets.steps.plan_report import PlanReport

__all__ = ["heading"]


def heading(settings: Settings, plan: PlanReport) -> str:
    """One line of Markdown. Of the second level: the lines of a first-level heading overlap on an asset's page (Dagster 1.13)."""
    if settings.target == "emulator":
        name = f"EMULATOR (portal {plan.portal_id}): nothing leaves this machine"
    else:
        about = [f"HUBSPOT PORTAL {plan.portal_id}", plan.account_type, plan.ui_domain]
        name = " · ".join(filter(None, about))
    label = "".join(f"\\{letter}" if letter in r"\`*_[]<>#|" else letter for letter in settings.portal_label)
    return f"## {name}{f' · {label}' if label else ''}"
