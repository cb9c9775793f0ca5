"""Who works at Acme Retail. Groups by path, people's groups by name; a role list may end with `disabled`."""

# path | roles that everybody within holds
GROUPS = """
/commerce                          | $member
/commerce/merchandising            |
/commerce/merchandising/pricing    | analyst
/commerce/merchandising/assortment |
/commerce/online                   | analyst
/commerce/online/checkout          |
/commerce/stores                   | store-reader
/commerce/stores/münchen           |
/commerce/stores/zürich            |
/supply-chain                      | $member
/supply-chain/logistics            |
/supply-chain/logistics/warehouse  |
/supply-chain/procurement          |
/supply-chain/planning             | analyst
/finance                           | $member finance-reader
/finance/accounting                |
/finance/accounting/payables       |
/finance/controlling               | finance-controller
/finance/treasury                  |
/marketing                         | $member
/marketing/brand                   |
/marketing/crm                     | campaign-manager
/marketing/crm/loyalty             |
/people                            | $member
/people/payroll                    | payroll-reader
/people/talent                     |
/data                              | $member analyst
/data/engineering                  | data-engineer
/data/engineering/platform         | pipeline-operator
/data/governance                   | data-steward
/data/science                      | data-scientist
/legal                             | $member
/legal/privacy                     | privacy-officer
/security                          | $member security-analyst
/executives                        | $member data-owner
/contractors                       | $guest external
"""

# name | contains | description | level | permissions
ROLES = """
$admin             | $member                          | Runs the workspace                              | 3 | WORKSPACE_MANAGE
$member            | $guest                           | Works in the workspace                          | 2 | WORKSPACE_EDIT
$guest             |                                  | Looks into the workspace                        | 1 | WORKSPACE_VIEW
access-auditor     |                                  | May look at anybody's access, and why           |   | AUDIT_ACCESS
acme-employee      |                                  | Everybody at Acme                               |   |
catalogue-reader   |                                  | Reads the data catalogue                        |   | CATALOGUE_READ
analyst            | catalogue-reader                 | Answers questions with data                     |   | QUERY_RUN
senior-analyst     | analyst                          | Answers the harder questions                    |   |
data-scientist     | analyst                          | Trains and judges models                        |   | NOTEBOOK_RUN
data-engineer      | analyst pipeline-operator        | Builds pipelines and tables                     |   |
pipeline-operator  |                                  | Runs and repairs pipelines                      |   | PIPELINE_RUN
data-steward       | glossary-editor                  | Keeps descriptions and owners right             |   | METADATA_CURATE
glossary-editor    | catalogue-reviewer               | Writes the business glossary                    |   | GLOSSARY_EDIT
catalogue-reviewer | data-steward catalogue-reader    | Reviews what stewards propose                   |   |
data-owner         | approver finance-reader          | Answers for a data domain                       |   |
approver           |                                  | Approves requests for access                    |   | REQUEST_APPROVE
pii-reader         |                                  | May see personal data in the clear              |   |
privacy-officer    | pii-reader approver              | Guards personal data                            |   | PRIVACY_REVIEW
finance-reader     |                                  | Reads financial data                            |   |
finance-controller | finance-reader approver          | Signs off financial data                        |   |
store-reader       |                                  | Reads the figures of stores                     |   |
store-manager      | store-reader                     | Runs a store                                    |   |
campaign-manager   |                                  | Runs campaigns                                  |   |
payroll-reader     | pii-reader                       | Reads salaries                                  |   |
security-analyst   |                                  | Looks into incidents                            |   | INCIDENT_VIEW
external           |                                  | Works here without being employed here          |   |
"""

# Everybody holds these, without being named.
DEFAULT_ROLES = ("acme-employee", "catalogue-reader")

# username | name | title | groups | direct roles
PEOPLE = """
amelia.hart        | Amelia Hart        | Chief Data Officer            | executives data            | $admin
marcus.webb        | Marcus Webb        | Chief Financial Officer       | executives finance         |
ingrid.solberg     | Ingrid Solberg     | Chief Operating Officer       | executives supply-chain    |
victor.almeida     | Victor Almeida     | Chief Commercial Officer      | executives commerce        |
nadia.rahman       | Nadia Rahman       | Head of Internal Audit        | finance                    | access-auditor
oliver.kane        | Oliver Kane        | Workspace Administrator       | platform                   | $admin access-auditor
priya.nair         | Priya Nair         | Head of Data Engineering      | engineering                | senior-analyst
tomas.novak        | Tomáš Novák        | Data Engineer                 | engineering                |
grace.okafor       | Grace Okafor       | Data Engineer                 | engineering                |
kenji.watanabe     | Kenji Watanabe     | Platform Engineer             | platform                   |
lena.fischer       | Lena Fischer       | Platform Engineer             | platform                   |
sofia.marino       | Sofia Marino       | Head of Data Science          | science                    | senior-analyst
arjun.mehta        | Arjun Mehta        | Data Scientist                | science                    |
chloe.dubois       | Chloé Dubois       | Data Scientist                | science                    |
hannah.berg        | Hannah Berg        | Machine Learning Engineer     | science engineering        |
isabel.romero      | Isabel Romero      | Data Governance Lead          | governance                 | data-owner
peter.lindqvist    | Peter Lindqvist    | Data Steward                  | governance                 |
aisha.bello        | Aisha Bello        | Data Steward                  | governance                 |
daniel.price       | Daniel Price       | Pricing Lead                  | pricing                    | senior-analyst
mei.chen           | Mei Chen           | Pricing Analyst               | pricing                    |
jonas.weber        | Jonas Weber        | Category Manager              | assortment                 |
elena.popescu      | Elena Popescu      | Assortment Planner            | assortment planning        |
rosa.delgado       | Rosa Delgado       | Head of Merchandising         | merchandising              | data-owner
luca.bianchi       | Luca Bianchi       | Head of Online                | online                     |
fatima.zahra       | Fatima Zahra       | Web Analyst                   | online                     |
ben.carter         | Ben Carter         | Checkout Product Manager      | checkout                   |
yuki.tanaka        | Yuki Tanaka        | Conversion Analyst            | checkout online            |
karin.huber        | Karin Huber        | Store Manager                 | münchen                    | store-manager
max.müller         | Max Müller         | Store Associate               | münchen                    |
zoë.keller         | Zoë Keller         | Store Manager                 | zürich                     | store-manager
reto.frei          | Reto Frei          | Store Associate               | zürich                     |
helen.mcdonagh     | Helen McDonagh     | Head of Stores                | stores                     | store-manager
samuel.adeyemi     | Samuel Adeyemi     | Head of Logistics             | logistics                  |
anna.kowalska      | Anna Kowalska      | Transport Planner             | logistics                  |
diego.vargas       | Diego Vargas       | Warehouse Supervisor          | warehouse                  |
emma.johansson     | Emma Johansson     | Warehouse Analyst             | warehouse                  | analyst
walter.schmidt     | Walter Schmidt     | Procurement Manager           | procurement                |
leila.haddad       | Leila Haddad       | Buyer                         | procurement                |
noah.van.dijk      | Noah van Dijk      | Demand Planner                | planning                   |
catherine.moreau   | Catherine Moreau   | Supply Planner                | planning                   |
george.papadakis   | George Papadakis   | Group Controller              | controlling                |
alice.thornton     | Alice Thornton     | Financial Analyst             | controlling accounting     | analyst
robert.klein       | Robert Klein       | Accountant                    | accounting                 |
mina.park          | Mina Park          | Accounts Payable Clerk        | payables                   |
treasury           | Treasury Desk      | Shared desk                   | treasury                   |
stefan.ionescu     | Stefan Ionescu     | Treasurer                     | treasury                   |
julia.santos       | Júlia Santos       | Head of Marketing             | marketing brand            | data-owner
ethan.brooks       | Ethan Brooks       | Campaign Manager              | crm                        |
olga.petrova       | Olga Petrova       | CRM Analyst                   | crm                        | analyst
hugo.lefevre       | Hugo Lefèvre       | Loyalty Manager               | loyalty                    |
tara.singh         | Tara Singh         | Brand Manager                 | brand                      |
maria.gonzalez     | María González     | Head of People                | people                     | data-owner
frank.oneill       | Frank O'Neill      | Payroll Specialist            | payroll                    |
sara.lund          | Sara Lund          | Talent Partner                | talent                     |
dr.eva.stein       | Eva Stein          | Data Protection Officer       | privacy                    |
liam.murphy        | Liam Murphy        | Legal Counsel                 | legal                      |
ravi.kapoor        | Ravi Kapoor        | Security Engineer             | security platform          |
nina.brandt        | Nina Brandt        | Incident Responder            | security                   |
jo+data@partner.example   | Jo Meyer    | Analytics Contractor          | contractors science        |
pat.lee@partner.example   | Pat Lee     | Pipeline Contractor           | contractors engineering    |
carl.former        | Carl Former        | Former Pricing Analyst        | pricing                    | disabled
new.starter        | Nora Starter       | First day today               |                            | $guest
"""

# The service accounts of clients. client | name | roles
SERVICES = """
catalogue-sync  | Catalogue Sync  | pipeline-operator
access-gateway  | Access Gateway  | access-auditor
"""
