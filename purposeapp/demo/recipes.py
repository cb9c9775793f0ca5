"""Which policies each purpose has: the usual ones by recipe, and a table of everything unusual."""

# ruff: noqa: E501  rows of tables stay on one line

from collections.abc import Iterator
from dataclasses import dataclass, replace

from purposeapp.demo.purposes import DemoPurpose, purposes
from purposeapp.demo.table import rows, words

READ, QUERY = ("entity-read",), ("select",)
EDIT = ("entity-update", "entity-update-business-metadata", "entity-add-classification")
SYNC_ACCOUNT = "service-account-catalogue-sync"

# Of another kind each. purpose | name | type | who (u: g: r:) | actions | traits
# Traits: override, off, deleted, orphan, unlinked, unlinked-late (its relationship was DELETED), past, future, open,
# yearly (several windows), garbled (a schedule nobody can read)
SPECIAL = """
Open Data             | Everybody reads                      | allow           | g:public                     | entity-read select | open
Open Data             | Every signed-in user reads           | allow           | u:{USER}                     | entity-read        |
Sustainability Report | Published                            | allow           | g:public                     | entity-read select |
Employee Directory    | Colleagues look each other up        | allow           | u:{USER}                     | entity-read        |
Employee Directory    | Not for contractors                  | deny            | r:external                   | entity-read        | override
Board Papers          | The board's assistant                | allow           | u:amelia.hart                | entity-read select |
Board Papers          | Nobody from outside                  | deny            | g:contractors                | entity-read select | override
Board Papers          | Release after the meeting            | allow           | g:executives                 | entity-read select | future
Financial Reporting   | Quiet period                         | deny            | g:accounting                 | entity-read select | past
Financial Reporting   | Analysts at quarter's end            | allow           | r:senior-analyst             | entity-read        | yearly
Financial Reporting   | Year-end closing                     | allow           | g:payables                   | entity-read        | future
Financial Reporting   | Readers of finance                   | allow           | r:finance-reader             | entity-read        |
Cash Position         | Treasury desk                        | allow           | u:treasury                   | entity-read select |
Cash Position         | Four-eyes hold                       | deny            | u:stefan.ionescu             | select             |
Cash Position         | Four-eyes release                    | allow           | u:stefan.ionescu             | select             | override
Payroll               | Only people in payroll               | deny            | g:controlling                | entity-read select | override
Payroll               | Auditor's sample                     | allow           | u:nadia.rahman               | entity-read        | open
Payroll               | Auditor's sample of last year        | allow           | u:nadia.rahman               | select             | past
Payroll               | Salary bands only                    | dataMask        | g:people                     | select             |
Price Optimisation    | Before-launch embargo                | deny            | g:merchandising              | select             |
Price Optimisation    | Competitor feed                      | allow           | u:daniel.price               | select             | off
Price Optimisation    | Former analyst                       | allow           | u:carl.former                | entity-read select |
Price Optimisation    | Scientists                           | allow           | r:data-scientist             | entity-read select |
Customer 360          | Privacy hold                         | deny            | u:arjun.mehta                | entity-read select | override
Customer 360          | Hold lifted for reviews              | denyExceptions  | u:arjun.mehta                | entity-read        |
Customer 360          | Only own market                      | rowFilter       | g:loyalty                    | select             |
Customer Surveys      | Verbatims for partners               | dataMask        | u:jo+data@partner.example    | select             |
Marketing Consent     | Call centre                          | allowExceptions | u:ethan.brooks               | select             |
Campaign Performance  | Agency                               | allow           | u:jo+data@partner.example    | entity-read        | open
Campaign Performance  | Agency, last season                  | allow           | u:pat.lee@partner.example    | entity-read        | past
Brand Tracking        | Managers by role                     | allow           | r:campaign-manager           | entity-read select |
Checkout Funnel       | Pricing waits                        | deny            | g:pricing                    | entity-read select |
Promotions            | Store managers                       | allow           | r:store-manager              | entity-read select |
Promotions            | Draft, never switched on             | allow           | g:loyalty                    | entity-read        | off
Store Operations      | Store managers plan                  | allow           | r:store-manager              | entity-update      |
Store Footfall        | Own doors only                       | rowFilter       | r:store-reader               | select             |
Café & Bistro         | Zoë runs the pilot                   | allow           | u:zoë.keller                 | entity-read select |
Café & Bistro         | Old lease                            | allow           | g:brand                      | entity-read        | deleted
Inventory Positions   | Old link                             | allow           | u:emma.johansson             | entity-read        | unlinked-late
Warehouse Operations  | Night shift                          | allow           | g:zürich                     | entity-read        | garbled
Warehouse Operations  | Stocktaking freeze                   | deny            | g:logistics                  | select             | yearly
Supplier Risk         | Council by name                      | allow           | u:liam.murphy                | entity-read select |
Supplier Risk         | Buyers wait                          | deny            | u:leila.haddad               | entity-read select entity-update entity-update-business-metadata entity-add-classification | override
Fraud Detection       | Incident team                        | allow           | r:security-analyst           | entity-read select |
Fraud Detection       | Case reviewers                       | allow           | r:approver                   | entity-read        |
Access Logs           | Auditors                             | allow           | r:access-auditor             | entity-read select |
Data Quality          | Glossary editors                     | allow           | r:glossary-editor            | entity-read        |
Platform Telemetry    | Operators                            | allow           | r:pipeline-operator          | entity-read select |
Platform Telemetry    | Operators, again                     | allow           | r:pipeline-operator          | entity-read select |
Recruiting            | Left long ago                        | allow           | u:henrik.gone g:talent-old   | entity-read        |
Legacy CRM            | Archive readers                      | allow           | g:science                    | entity-read        |
Project Nightingale   | Deal team                            | allow           | u:liam.murphy g:executives   | entity-read select |
Data Retention        | Lost its purpose                     | allow           | g:platform                   | entity-read        | orphan
Data Retention        | Lost its purpose, too                | deny            | u:ravi.kapoor                | entity-read        | orphan
"""


@dataclass(frozen=True, slots=True)
class DemoPolicy:
    """One policy of a purpose; `traits` say what is unusual about it (see SPECIAL)."""

    purpose: DemoPurpose
    name: str
    type: str
    actions: tuple[str, ...]
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    traits: frozenset[str] = frozenset()


def policies() -> Iterator[DemoPolicy]:
    """All policies of category purpose, in a fixed order."""
    for purpose in purposes():
        for policy in _usual(purpose):
            yield replace(policy, traits=policy.traits | purpose.traits & {"unlinked"})
    by_name = {purpose.name: purpose for purpose in purposes()}
    for purpose_name, name, kind, who, actions, traits in rows(SPECIAL, 6):
        yield _special(
            by_name[purpose_name], name, kind, words(who), words(actions), frozenset(words(traits))
        )


def _usual(purpose: DemoPurpose) -> Iterator[DemoPolicy]:
    owner, readers = (purpose.owner,), purpose.readers
    yield DemoPolicy(purpose, "Owners manage", "allow", READ + EDIT, groups=owner)
    yield DemoPolicy(purpose, "Owners query", "allow", QUERY, groups=owner)
    if readers:
        yield DemoPolicy(purpose, "Readers look", "allow", READ, groups=readers)
        yield DemoPolicy(purpose, "Readers query", "allow", QUERY, groups=readers)
    yield DemoPolicy(purpose, "No changes from outside", "deny", EDIT, groups=("contractors",))
    yield DemoPolicy(purpose, "Catalogue sync", "allow", READ + EDIT, users=(SYNC_ACCOUNT,))
    if "personal" in purpose.traits:
        yield DemoPolicy(purpose, "Personal data is masked", "dataMask", QUERY, groups=readers)
        yield DemoPolicy(purpose, "Reviewers see it in the clear", "allow", QUERY, roles=("pii-reader",))
        yield DemoPolicy(purpose, "No personal data outside", "deny", READ + QUERY, groups=("contractors",))
    if "regional" in purpose.traits:
        yield DemoPolicy(purpose, "Own region only", "rowFilter", QUERY, groups=readers)


def _special(
    purpose: DemoPurpose,
    name: str,
    kind: str,
    who: tuple[str, ...],
    actions: tuple[str, ...],
    traits: frozenset[str],
) -> DemoPolicy:
    named = {
        prefix: tuple(each[2:] for each in who if each.startswith(prefix)) for prefix in ("u:", "g:", "r:")
    }
    return DemoPolicy(purpose, name, kind, actions, named["u:"], named["g:"], named["r:"], traits)
