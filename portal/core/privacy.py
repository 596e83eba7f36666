"""What must not be readable: password hashing cost, masks of names and numbers."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id at 19 MiB, two passes, one lane: a tenth of Django's default cost (security.md §5 has the measurement)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


def masked(text: str) -> str:
    """Return `text` with its middle hidden: 13812345678 → 138****5678, 张三丰 → 张*丰, 张三 → 张*."""
    if len(text) < 3:  # noqa: PLR2004
        return text[:1] + "*" * (len(text) - 1)
    if len(text) < 7:  # noqa: PLR2004
        return text[0] + "*" * (len(text) - 2) + text[-1]
    return text[:3] + "*" * (len(text) - 7) + text[-4:]
