"""The job of every peer: the plans of a generated roster, the default policy's rules for them, and eight added columns.

A roster without faults is taken for granted: every plan and segment is one of the generator's, every count is whole.
Run by itself, it prints all this as JSON, for peers in other languages.
"""

import json
from typing import Literal, NamedTuple

OWN = ["Tenant ID", "Customer name", "Domain", "Country", "Plan type", "Paid seats", "Segment", "Renewal date"]
# Headings of fasttrack's Roster sheet, so that the cells can be compared by heading.
ADDED = [
    "FastTrack segment", "Seats counted", "FastTrack tier", "Q&A", "Specialist", "Migration", "Next tier",
    "Seats to next tier",
]
SUMMARY = ["Tier", "Customers", "Paid seats"]

PORTAL, QA, SPECIALIST, MIGRATION = TIERS = ["Portal", "Q&A", "Specialist", "Migration"]
YES, NO, CONFIRM = "Yes", "No", "Yes, confirm"

# The paid seats from which each entitlement is granted; the limit is included.
FROM_QA = 50
FROM_SPECIALIST = 150
FROM_SPECIALIST_TAUGHT = 1000
FROM_MIGRATION = 500
# The segments that reach a specialist later than the others.
TAUGHT = ["Education", "Nonprofit"]

# What a roster's own segment column says, and the segment it means. A blank cell says nothing.
SEGMENTS = {
    "Commercial": "Commercial", "EDU": "Education", "Education": "Education", "Government": "Government",
    "Non-profit": "Nonprofit",
}


class Plan(NamedTuple):
    """A plan: FastTrack serves it, it is free, or it is outside; and its segment where the column is blank."""

    kind: Literal["served", "free", "outside"]
    segment: str


PLANS = dict.fromkeys(
    [
        "Microsoft 365 Business Premium", "Microsoft 365 Business Standard", "Microsoft 365 Business Basic",
        "Microsoft 365 E3", "Microsoft 365 E5", "SPE_E3", "SPE_E5", "Microsoft 365 F3",
        "Microsoft 365 Apps for Enterprise", "Office 365 E1", "Office 365 E3", "ENTERPRISEPACK", "Office 365 E5",
        "Exchange Online (Plan 1)", "Exchange Online (Plan 2)", "Enterprise Mobility + Security E3",
        "Microsoft 365 E5 Security",
    ],
    Plan("served", "Commercial"),
) | {
    "Microsoft 365 A3 for Faculty": Plan("served", "Education"),
    "Microsoft 365 A5 for Students": Plan("served", "Education"),
    "Office 365 A1 for faculty": Plan("free", "Education"),
    "Microsoft 365 Business Premium (Nonprofit Staff Pricing)": Plan("served", "Nonprofit"),
    "Office 365 E1 (Nonprofit Staff Pricing)": Plan("served", "Nonprofit"),
    "Microsoft 365 G3 GCC": Plan("served", "Government"),
    "Power BI Pro": Plan("outside", "Commercial"),
    "Dynamics 365 Sales Premium": Plan("outside", "Commercial"),
    "Visio Plan 2": Plan("outside", "Commercial"),
}
KINDS = {name: plan.kind for name, plan in PLANS.items()}
USUAL_SEGMENTS = {name: plan.segment for name, plan in PLANS.items()}


if __name__ == "__main__":
    plans = {name: plan._asdict() for name, plan in PLANS.items()}
    known = {name.lower(): value for name, value in globals().items() if name.isupper()}
    print(json.dumps(known | {"plans": plans}, indent=1))
