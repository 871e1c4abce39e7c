"""The tables, one module a subject."""

from casework.models.backtest import Backtest, BacktestChange
from casework.models.campaign import Campaign
from casework.models.case import Case, CaseScope
from casework.models.clocks import Deadline, DeadlineChange, DeadlinePause, Holiday
from casework.models.contact import ContactChannel, Delivery
from casework.models.employment import EmploymentFact
from casework.models.exclusions import CapAccount, CapUse, ClaimMark, ExclusionKey, OtherBenefit
from casework.models.filing import AnswerSet, CorrectionItem, CorrectionRequest, Draft, Evidence
from casework.models.handling import (
    AccessGrant,
    CaseParty,
    Comment,
    DecisionChange,
    Explanation,
    Recusal,
    Remark,
    Signature,
    SumDeparture,
    Suspension,
    Urge,
)
from casework.models.incoming import IncomingRecord, RecordImport
from casework.models.interface import CaseEvent, EventDelivery, EventsTaken, HandedIn, Webhook
from casework.models.interpretation import Interpretation, InterpretationSignature
from casework.models.judging import Assessment, Finding, Judgement
from casework.models.outcome import Letter, Message, Notice, Objection, Position, Service
from casework.models.person import Invitation, KeyRotation, Mandate, Organisation, Person, Relation, SubjectKey
from casework.models.policy import Parameter, ParameterEnd, PolicyVersion, RuleProposal, VersionEnd
from casework.models.prepared import Preparation, PreparedClaim
from casework.models.privacy import ErasureRequest
from casework.models.rating import Rating
from casework.models.record import Action, Look, RefusedAttempt
from casework.models.registers import FactOrigin, RegisterAnswer, RegisterState
from casework.models.reporting import ClaimHold, Reporter
from casework.models.second_factor import SecondFactor
from casework.models.task import Task

__all__ = [
    "AccessGrant", "Action", "AnswerSet", "Assessment", "Backtest", "BacktestChange", "Campaign", "CapAccount", "CapUse", "Case", "CaseEvent", "ClaimHold", "ClaimMark",
    "CaseParty", "CaseScope", "Comment", "ContactChannel", "CorrectionItem", "CorrectionRequest", "Deadline",
    "DeadlineChange", "DeadlinePause", "DecisionChange", "Delivery", "Draft", "EmploymentFact", "ErasureRequest", "EventDelivery", "EventsTaken", "Evidence", "ExclusionKey",
    "Explanation", "FactOrigin", "Finding", "HandedIn", "Holiday", "IncomingRecord", "Interpretation", "InterpretationSignature", "Invitation", "Judgement", "KeyRotation", "Letter", "Look", "SumDeparture",
    "Mandate", "Message", "Notice", "Objection", "Organisation", "OtherBenefit", "Parameter", "ParameterEnd",
    "Person", "PolicyVersion", "Position", "Preparation", "PreparedClaim", "Rating", "RecordImport", "Recusal", "RefusedAttempt", "RegisterAnswer", "RegisterState", "Relation", "Remark", "Reporter", "RuleProposal",
    "SecondFactor", "Service", "Signature", "SubjectKey", "Suspension", "Task", "Urge", "VersionEnd", "Webhook",
]  # fmt: skip
