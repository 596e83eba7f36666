"""The built-in operator: the account in whose name management commands and scheduled jobs work.

Every access verb allows it (`portal.core.access.verb`). Nobody can sign in with it: it has no password and is never enabled.
"""

from __future__ import annotations

import getpass
import os

from portal.core.models import Job, User

# No person's: the name of a person's account is kept in lower case (`normal_username`).
USERNAME = "SYSTEM"


def operator_at_work() -> User:
    """Return the operator, marked with the operating system's account that runs this process.

    A migration makes it; a database that was emptied since gets it back.
    """
    operator, _ = User.objects.get_or_create(
        is_operator=True, defaults={"username": USERNAME, "name": "系统", "is_active": False, "password": "!"}
    )
    operator.os_account = _os_account()
    return operator


def actor_of(job: Job) -> User:
    """Return in whose name a job works: its owner's, or the operator's where the clock or a command asked for it."""
    owner = job.owner
    return operator_at_work() if owner is None or owner.is_operator else owner


def _os_account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run under a number that has no name; KeyError until Python 3.12
        return f"uid {os.getuid()}"
