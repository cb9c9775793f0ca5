"""A tenant in a file: everything that decides who sees what, at one moment. Gzipped lines of JSON:

    {"access-export": 1, "tenant": "default", "at": 1781524800.0}
    ["realm", {"parents": …, "group_roles": …, "composites": …, "default_roles": …}]
    ["group", {…}]   ["role", {…}]   ["member", {…}]   ["purpose", {…}]   ["policy", {…}]   ["persona", {…}]
    {"end": 4711}                                        how many lines there were between: a cut file is known

Fields are those of the domain's values. What says nothing about access (attributes of people and roles) stays behind.
"""

from purposeapp.management.access.export.reading import Exported, read_export
from purposeapp.management.access.export.writing import write_export

__all__ = ["Exported", "read_export", "write_export"]
