"""Vacancies and job seekers, fairs, service plans, founders, sheltered work."""

from services.models.fair import FairStand, FairVisitor, JobFair
from services.models.founder import Feasibility, MakerSpace, PlaceBooking, StartUpAdvice
from services.models.job import Introduction, JobSeeker, Vacancy
from services.models.plan import PlannedService, ServicePlan

__all__ = [
    "FairStand", "FairVisitor", "Feasibility", "Introduction", "JobFair", "JobSeeker", "MakerSpace", "PlaceBooking", "PlannedService",
    "ServicePlan", "StartUpAdvice", "Vacancy",
]  # fmt: skip
