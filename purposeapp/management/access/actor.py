"""Who asks at a terminal."""

import os
import pwd

from purposeapp.discovery.asking import Caller
from purposeapp.domain.model import Person


def at_the_terminal() -> Caller:
    """The account that runs the command, as the system knows it: names in the environment are anybody's to set.

    Whoever can run commands here can read the settings, so they may ask about anyone.
    """
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = str(uid)
    return Caller(Person(id=f"uid:{uid}", username=f"cli:{name}"), trusted=True)
