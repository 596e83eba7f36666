"""What stands in addresses and fields, where it is read by hand."""

import unicodedata

_LARGEST_KEY = 2**63 - 1


def normal_username(username: str) -> str:
    """Return the one form of a user name: full width and upper case are no second person (SEC-01)."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def key_from(text: str) -> int | None:
    """Return the key that an address or a field holds; None for what no row can have: ², minus one, twenty digits."""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(_LARGEST_KEY)):
        return None
    return key if (key := int(text)) <= _LARGEST_KEY else None
