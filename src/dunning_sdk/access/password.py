"""Passwords: which are taken, and how they are kept.

Decides the rules and the hash. Who has which password, and how often it may be tried, is decided
in `user`.

Source:
    NIST SP 800-63B-4, section 3.1.1: at least 15 characters where a password stands alone, at
    least 64 allowed, no rules of composition, no expiry, and a list of what is refused. OWASP
    Password Storage Cheat Sheet: Argon2id of 19 MiB, two passes, one lane; more memory would let
    a few tries at once use up a small server's.
"""

import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import Type

from dunning_sdk.errors import DomainError

LENGTH_MIN: Final = 15
LENGTH_MAX: Final = 256
DIFFERENT_MIN: Final = 6
_PART_LENGTH_MIN: Final = 4
_COMMON: Final = (
    "password", "passwort", "motdepasse", "azerty", "qwerty", "qwertz", "123456", "iloveyou",
    "abcdef", "dunning", "letmein", "welcome", "bienvenue", "willkommen",
)  # fmt: skip
_HINT: Final = f"Give {LENGTH_MIN} characters or more; a sentence does well."
_HASHER: Final = PasswordHasher(
    time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
)


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password, with its salt and settings.

    Args:
        password: As it was given; other spellings of the same signs in Unicode hash alike.
    """
    return _HASHER.hash(_normal(password))


def is_password(password: str, hashed: str) -> bool:
    """Return whether a password is the one hashed.

    Args:
        password: As it was given.
        hashed: As `hash_password` returned it; empty takes as long, and is never right.
    """
    try:
        _HASHER.verify(hashed or _nobody(), _normal(password[: LENGTH_MAX + 1]))
    except (Argon2Error, InvalidHashError):
        return False
    return bool(hashed)


def is_outdated(hashed: str) -> bool:
    """Return whether a hash was made by weaker settings than today's, and is to be made anew."""
    return _HASHER.check_needs_rehash(hashed)


def check_password(password: str, *, about: Iterable[str] = ()) -> None:
    """Refuse a password that is easily guessed.

    Args:
        password: The one wanted.
        about: What others know of its owner: login, name, tenant.

    Raises:
        DomainError: It is too short, too long, too plain, or made of what is known; never says it.
    """
    folded = _normal(password).casefold()
    if len(folded) < LENGTH_MIN:
        raise _refused(f"A password has {LENGTH_MIN} characters at least")
    if len(folded) > LENGTH_MAX:
        raise _refused(f"A password has {LENGTH_MAX} characters at most")
    if len(set(folded)) < DIFFERENT_MIN:
        raise _refused("This password repeats too few characters")
    own = folded
    for part in (*_COMMON, *_parts(about)):
        own = own.replace(part, "")
    if len(own) < LENGTH_MIN // 2:
        raise _refused("This password is too much of a common word, or of your own name")


def new_password() -> str:
    """Return a password that nobody guesses, for somebody to begin with."""
    return secrets.token_urlsafe(18)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _parts(about: Iterable[str]) -> list[str]:
    """Return the words that are known of somebody, long enough to tell."""
    text = " ".join(about).casefold()
    for sign in "@.-_+":
        text = text.replace(sign, " ")
    return [word for word in text.split() if len(word) >= _PART_LENGTH_MIN]


def _refused(message: str) -> DomainError:
    return DomainError(message, hint=_HINT, code="access.weak-password")


@cache
def _nobody() -> str:
    """Return a hash to compare with where there is none, so that both take the same time."""
    return _HASHER.hash(secrets.token_urlsafe(LENGTH_MAX))
