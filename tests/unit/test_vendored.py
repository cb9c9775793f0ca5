"""Scripts of others are exactly what the list beside them says, with their licences."""

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "accessviz" / "static" / "vendor"


def test_every_script_is_listed_with_its_digest_and_has_a_licence() -> None:
    listed = dict(
        re.findall(r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", (VENDOR / "README.md").read_text(), re.MULTILINE)
    )
    found = {str(path.relative_to(VENDOR)): path for path in VENDOR.rglob("*.js")}
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()} == listed
    assert all((path.parent / "LICENSE").is_file() for path in found.values())


def test_no_script_or_style_of_ours_fetches_from_elsewhere() -> None:
    own = [path for path in (VENDOR.parent / "accessviz").iterdir() if path.suffix in (".js", ".css")]
    assert own
    addresses = [match for path in own for match in re.findall(r"https?://[^\s\"')]+", path.read_text())]
    assert set(addresses) <= {"http://www.w3.org/2000/svg"}  # a name, not an address
