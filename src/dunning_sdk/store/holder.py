"""Who holds a lease: a name that says machine and process, so that a dead one is known at once.

A process that was killed on this machine needs no waiting for its lease; of other machines
nothing is known, and their leases have to lapse.
"""

import os
import secrets
import socket


def new_holder() -> str:
    """Return a name nobody had before: machine, process, random part."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"


def is_gone(holder: str) -> bool:
    """Tell whether a holder is a process of this machine that has ended."""
    machine, _, rest = holder.partition("/")
    number = rest.partition("/")[0]
    if machine != socket.gethostname() or not number.isdigit() or os.name != "posix":
        return False
    try:
        os.kill(int(number), 0)  # signal 0 only asks
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    return False
