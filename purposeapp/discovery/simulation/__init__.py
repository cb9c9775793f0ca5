"""What if: who would gain and who would lose what by changes of memberships, policies and purposes. Nothing is written.

fields       reading a change strictly          policies    policies as they are sent, flat or as Atlas documents
draft        the changes made so far            operations  what each kind of change does to a draft
simulate     the use case
"""

from purposeapp.discovery.simulation.operations import OPERATIONS
from purposeapp.discovery.simulation.simulate import Simulated, simulate

__all__ = ["OPERATIONS", "Simulated", "simulate"]
