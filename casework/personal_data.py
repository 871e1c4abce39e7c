"""Personal data that stands in clear, and where: erasing a person clears these and deletes their key.

A test compares the list with the models: a new clear column of a person's must be added here.
"""

from typing import Final

CLEAR: Final[dict[str, tuple[str, ...]]] = {
    "casework.Person": ("name", "telephone", "address"),
    "casework.HistoricalPerson": ("name", "telephone", "address"),
    "casework.Organisation": ("name", "telephone", "address"),
    "casework.HistoricalOrganisation": ("name", "telephone", "address"),
    "accounts.User": ("display_name",),
    "casework.Notice": ("surname", "award"),
}

# Blind indexes of personal numbers: what renewing the index keys takes to the new one. `tail` are last four characters'.
INDEXED: Final[dict[str, dict[str, str]]] = {
    "casework.Person": {"number_index": "number", "certificate_index": "number", "number_tail_index": "tail", "certificate_tail_index": "tail"},
    "casework.HistoricalPerson": {"number_index": "number", "certificate_index": "number", "number_tail_index": "tail", "certificate_tail_index": "tail"},
    "casework.Organisation": {"number_index": "number", "number_tail_index": "tail"},
    "casework.HistoricalOrganisation": {"number_index": "number", "number_tail_index": "tail"},
    "casework.Relation": {"number_index": "number"},
    "casework.EmploymentFact": {"number_index": "number"},
    "casework.IncomingRecord": {"number_index": "number"},
    "casework.OtherBenefit": {"number_index": "number"},
    "casework.ExclusionKey": {"subject": "number"},
    "casework.CapAccount": {"subject": "number"},
    "funds.Payee": {"number_index": "number", "number_tail_index": "tail"},
}  # fmt: skip
# Indexes of what is no personal number: they stay under the first key, since the record and letters can't be changed.
FIXED: Final = {
    "casework.Action": ("person_index",), "casework.Evidence": ("content_index",), "casework.Reporter": ("code_index",),
}  # fmt: skip

SEALED: Final[dict[str, tuple[str, ...]]] = {
    "casework.Person": ("number", "certificate"),
    "casework.HistoricalPerson": ("number", "certificate"),
    "casework.Organisation": ("number",),
    "casework.HistoricalOrganisation": ("number",),
    "casework.Draft": ("answers",),
    "casework.AnswerSet": ("answers",),
    "casework.Evidence": ("name", "description"),
    "casework.CorrectionRequest": ("answers",),
    "casework.CorrectionItem": ("note",),
    "casework.Finding": ("value", "reason"),
    "casework.Assessment": ("trace",),
    "casework.Judgement": ("reason",),
    "casework.Action": ("sealed",),
    "casework.Objection": ("who", "text", "answer"),
    "casework.Reporter": ("who",),
    "casework.ClaimHold": ("reason",),
    "casework.OtherBenefit": ("words",),
    "casework.Letter": ("facts",),
    "casework.Service": ("proof",),
    "casework.Signature": ("question", "opinion"),
    "casework.Suspension": ("waits_for",),
    "casework.Comment": ("text",),
    "casework.Recusal": ("text", "answer"),
    "casework.AccessGrant": ("reason",),
    "casework.DecisionChange": ("text", "reason"),
    "casework.SumDeparture": ("reason",),
    "casework.Explanation": ("text",),
    "casework.Rating": ("words",),
    "casework.ErasureRequest": ("reason", "answer"),
    "casework.ContactChannel": ("address",),
    "casework.SecondFactor": ("secret",),
    "funds.FundDecision": ("reason", "answer"),
    "funds.Payee": ("number", "holder", "bank"),
    "funds.BatchItem": ("reason",),
    "recruitment.SharingChange": ("reason",),
    "recruitment.PhysicalCheck": ("reason",),
    "casework.Relation": ("label",),
    "casework.RegisterAnswer": ("answer",),
    "casework.FactOrigin": ("said",),
    "casework.IncomingRecord": ("facts",),
    "casework.RecordImport": ("problems",),
    "services.JobSeeker": ("private",),
    "services.Introduction": ("note",),
    "services.FairVisitor": ("needs",),
    "services.ServicePlan": ("needs", "reason"),
    "services.PlannedService": ("record", "word"),
    "services.WorkDelivery": ("word",),
    "services.MemberEarning": ("reason",),
    "services.BaseReview": ("findings",),
    "services.Feasibility": ("text",),
    "services.StartUpAdvice": ("reason",),
    "oversight.SampleCheck": ("remark",),
}

# Binary columns that hold no personal data.
TECHNICAL: Final = {"casework.SubjectKey": ("wrapped",), "casework.Webhook": ("secret",)}
