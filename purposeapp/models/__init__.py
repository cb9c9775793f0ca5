"""What this service keeps itself: tenants, local policies, local people, the audit trail,
jobs and access reviews."""

from purposeapp.models.audit import AccessAudit
from purposeapp.models.change import Change
from purposeapp.models.entity import State
from purposeapp.models.job import Job, JobKind, JobState
from purposeapp.models.people import GroupNesting, TenantUser
from purposeapp.models.persona import Persona, PersonaSubject
from purposeapp.models.policy import AuthPolicy, PolicySubject
from purposeapp.models.purpose import Purpose
from purposeapp.models.review import Review, ReviewedPeople, ReviewedPurpose, ReviewedUsers, ReviewVote
from purposeapp.models.role import Role
from purposeapp.models.subjects import SubjectKind
from purposeapp.models.tenant import DEFAULT_TENANT, Tenant

__all__ = [
    "DEFAULT_TENANT",
    "AccessAudit",
    "AuthPolicy",
    "Change",
    "GroupNesting",
    "Job",
    "JobKind",
    "JobState",
    "Persona",
    "PersonaSubject",
    "PolicySubject",
    "Purpose",
    "Review",
    "ReviewVote",
    "ReviewedPeople",
    "ReviewedPurpose",
    "ReviewedUsers",
    "Role",
    "State",
    "SubjectKind",
    "Tenant",
    "TenantUser",
]
