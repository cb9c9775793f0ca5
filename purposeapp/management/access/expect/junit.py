"""Results as JUnit XML, which build servers read."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from purposeapp.management.access.expect.running import Result
from purposeapp.management.access.harmless import harmless

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold, escaped or not."""


def junit(results: Sequence[Result], file: str) -> bytes:
    """A document with one suite. Names may hold anything."""
    failed = sum(not result.passed for result in results)
    counts = {
        "name": _shown(file),
        "tests": str(len(results)),
        "failures": str(failed),
        "errors": "0",
        "time": f"{sum(result.took for result in results):.3f}",
    }
    suites = Element("testsuites")
    suite = SubElement(suites, "testsuite", counts)
    for result in results:
        suite.append(_case(result, file))
    indent(suites)
    return bytes(tostring(suites, encoding="utf-8", xml_declaration=True)) + b"\n"


def _case(result: Result, file: str) -> Element:
    test = result.test
    attributes = {
        "name": test.name,
        "classname": file,
        "file": file,
        "line": str(test.line),
        "time": f"{result.took:.3f}",
    }
    case = Element("testcase", {name: _shown(value) for name, value in attributes.items()})
    for failure in result.failures:
        SubElement(case, "failure", {"message": _shown(failure)}).text = _shown(failure)
    return case


def _shown(text: str) -> str:
    return _NOT_XML.sub("\ufffd", harmless(text))
