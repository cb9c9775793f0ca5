"""`python -m bench.load`: wrk on a running service, for its hot path (one caller, one question, again and again).

    make load LOAD="--token $(.venv/bin/python manage.py token nadia.rahman)"
    make load LOAD="--token … --path /api/service/whoami --connections 64"
    make load LOAD="--token … --path /api/meta/purposes/user --body '{\"username\":\"nadia.rahman\",\"groups\":[]}'"

Nothing is compared here, the first answer's status excepted: what a load does to right and wrong is the business of
`python -m bench`.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

WITH_BODY = Path(__file__).parent / "wrk" / "post.lua"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--url", default=f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
    parser.add_argument("--path", default="/api/meta/purposes/accessible?limit=100")
    parser.add_argument("--token", default=os.environ.get("TOKEN", ""), help="or in the environment as TOKEN")
    parser.add_argument("--body", default="", help="JSON; makes it a POST")
    parser.add_argument("--encoding", default="identity", help="Accept-Encoding: gzip, br, zstd")
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--duration", default="10s")
    chosen = parser.parse_args(arguments)
    address = chosen.url + chosen.path
    headers = {"Authorization": f"Bearer {chosen.token}", "Accept-Encoding": chosen.encoding}
    if (status := _status(address, headers, chosen.body)) != 200:
        return _refuse(f"{address} answers {status}: nothing to measure")
    if shutil.which("wrk") is None:
        return _refuse("wrk is not installed; most systems have a package of that name")
    options = [
        f"--connections={chosen.connections}",
        f"--threads={chosen.threads}",
        f"--duration={chosen.duration}",
    ]
    options += [f"--header={name}: {value}" for name, value in headers.items()]
    options += ["--script", str(WITH_BODY)] if chosen.body else []
    command = ["wrk", *options, "--latency", address]
    return subprocess.run(command, env={**os.environ, "BODY": chosen.body}, check=False).returncode


def _refuse(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 1


def _status(address: str, headers: Mapping[str, str], body: str) -> int | str:
    """The status of the first answer, or why there is none."""
    kind = {"Content-Type": "application/json"} if body else {}
    request = Request(address, data=body.encode() or None, headers={**headers, **kind})
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=10) as response:
            return int(response.status)
    except HTTPError as error:
        return error.code
    except OSError as error:
        return f"nothing ({error})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
