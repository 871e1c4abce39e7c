"""Vacancies and job seekers, fairs, service plans, founders, sheltered work, bases."""

from services.models.base import BaseReview
from services.models.fair import FairStand, FairVisitor, JobFair
from services.models.founder import Feasibility, MakerSpace, PlaceBooking, StartUpAdvice
from services.models.job import Introduction, JobSeeker, Vacancy
from services.models.plan import PlannedService, ServicePlan
from services.models.work import BaseMember, BaseRequest, LabourProject, MemberEarning, Product, WorkDelivery, WorkShare

__all__ = [
    "BaseMember", "BaseRequest", "BaseReview", "FairStand", "FairVisitor", "Feasibility", "Introduction", "JobFair", "JobSeeker", "LabourProject",
    "MakerSpace", "MemberEarning", "PlaceBooking", "PlannedService", "Product", "ServicePlan", "StartUpAdvice", "Vacancy",
    "WorkDelivery", "WorkShare",
]  # fmt: skip
