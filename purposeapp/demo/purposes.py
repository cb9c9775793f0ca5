"""The purposes of Acme Retail: what data is used for, who owns it and who reads it."""

# ruff: noqa: E501  rows of tables stay on one line

from dataclasses import dataclass
from functools import cache

from purposeapp.demo.identity import guid, segment
from purposeapp.demo.table import rows, words

# name | description | classifications | owner group | reader groups | traits: personal, regional, disabled, deleted, unlinked
PURPOSES = """
Customer 360                 | Everything we know about a customer, in one place        | Customer PII        | crm           | loyalty science online       | personal
Loyalty Programme            | Points, tiers and offers of members                      | Customer Loyalty    | loyalty       | crm brand                    | personal
Marketing Consent            | Who may be contacted, how, and since when                | Customer Consent    | crm           | privacy loyalty              | personal
Campaign Performance         | What campaigns cost and what they brought                | Marketing           | marketing     | crm brand online             |
Brand Tracking               | Awareness and sentiment, by market                       | Marketing           | brand         | marketing executives         | regional
Customer Surveys             | What customers told us, in their own words               | Customer PII        | brand         | crm science                  | personal
Web Analytics                | Visits, sources and behaviour on the shop                | Web                 | online        | checkout crm science         |
Checkout Funnel              | From basket to payment, step by step                     | Web Payments        | checkout      | online pricing               |
Search & Recommendations     | Queries, rankings and clicks                             | Web Models          | science       | online checkout              |
Product Catalogue            | Every article, with its texts and pictures               | Product             | merchandising | assortment online pricing    |
Price Optimisation           | Prices, margins and elasticity                           | Product Confidential | pricing      | merchandising                |
Promotions                   | Offers planned, running and past                         | Product             | merchandising | pricing stores crm           |
Assortment Planning          | Which article in which store, and why                    | Product             | assortment    | merchandising planning       | regional
Returns & Refunds            | What came back, and what it cost                         | Sales               | online        | stores payables              |
Point of Sale                | Every receipt of every till                              | Sales               | stores        | pricing accounting           | regional
Store Operations             | Opening hours, staffing and tasks                        | Stores              | stores        | münchen zürich               | regional
Store Footfall               | Visitors by hour and entrance                            | Stores              | stores        | münchen zürich assortment    |
Café & Bistro                | Takings and waste of the in-store cafés                  | Stores              | münchen       | zürich stores                |
Inventory Positions          | What lies where, right now                               | Supply              | planning      | warehouse stores online      |
Replenishment                | What is ordered for which shelf                          | Supply              | planning      | logistics stores             |
Demand Forecast              | What will sell, where and when                           | Supply Models       | planning      | science procurement          |
Warehouse Operations         | Picking, packing and shifts                              | Supply              | warehouse     | logistics                    |
Carrier Performance          | Cost, delay and damage by carrier                        | Supply              | logistics     | warehouse procurement        |
Supplier Master              | Who delivers what, on which terms                        | Supplier            | procurement   | payables logistics           |
Purchase Orders              | From request to receipt                                  | Supplier            | procurement   | payables planning            |
Supplier Risk                | Ratings, audits and incidents                            | Supplier Confidential | procurement | legal executives             |
Sustainability Report        | Energy, packaging and emissions                          | Public              | executives    | procurement brand            |
Financial Reporting          | The monthly figures, closed and signed                   | Finance Confidential | controlling  | accounting executives        |
General Ledger               | Every booking                                            | Finance             | accounting    | controlling payables         |
Accounts Payable             | Invoices, approvals and payments                         | Finance             | payables      | accounting                   |
Cash Position                | Accounts, currencies and hedges                          | Finance Confidential | treasury     | controlling                  |
Budget & Forecast            | Plan against actual                                      | Finance             | controlling   | executives                   |
Tax Filings                  | Returns and their evidence                               | Finance             | accounting    | legal                        |
Payroll                      | Salaries, bonuses and deductions                         | Employee PII        | payroll       | controlling                  | personal
Workforce Planning           | Positions, shifts and absences                           | Employee            | people        | stores warehouse             | personal
Recruiting                   | Openings and applicants                                  | Employee PII        | talent        | people                       | personal
Employee Directory           | Who is who, and where                                    | Employee            | people        | platform                     |
Privacy Requests             | Access, deletion and objection                           | Customer PII        | privacy       | crm                          | personal
Data Retention               | What must go, and when                                   | Compliance          | privacy       | governance platform          |
Fraud Detection              | Payments and returns that look wrong                     | Payments Models     | security      | science checkout             | personal
Access Logs                  | Who touched which data                                   | Compliance          | security      | platform                     |
Data Quality                 | Checks, failures and their owners                        | Platform            | governance    | engineering science          |
Feature Store                | Inputs of models, with their lineage                     | Platform Models     | science       | engineering                  |
Platform Telemetry           | Jobs, queries and what they cost                         | Platform            | platform      | engineering                  |
Open Data                    | What we share with everybody                             | Public              | governance    | brand                        |
Board Papers                 | For the board's eyes                                     | Confidential        | executives    |                              |
Legacy CRM                   | The old customer system, kept for reference              | Customer            | crm           | loyalty                      | disabled
Pop-up Stores 2024           | A pilot that is over                                     | Stores              | stores        | brand                        | disabled
Project Nightingale          | A merger that did not happen                             | Confidential        | executives    | legal                        | deleted
Übersicht Zürich             | The Zürich region's own dashboard                        | Stores              | zürich        | stores                       | unlinked
"""


@dataclass(frozen=True, slots=True)
class DemoPurpose:
    """`unlinked` means that its policies know it by qualified name only: the index holds no relationships."""

    name: str
    description: str
    classifications: tuple[str, ...]
    owner: str
    readers: tuple[str, ...]
    traits: frozenset[str]

    @property
    def guid(self) -> str:
        return guid("purpose", self.name)

    @property
    def qualified_name(self) -> str:
        return f"default/{segment('purpose', self.name)}"


@cache
def purposes() -> tuple[DemoPurpose, ...]:
    return tuple(
        DemoPurpose(name, description, words(tags), owner, words(readers), frozenset(words(traits)))
        for name, description, tags, owner, readers, traits in rows(PURPOSES, 6)
    )
