r"""Count what a text message is cut into, and keep it within a limit.

Decides on the encoding: GSM 7-bit where every sign is in its alphabet, else UCS-2. Typographic
signs that have a plain twin are replaced first, accents are not: a name keeps its letters.

>>> segments("Payez 12,00 € svp"), segments("Payez : reçu")
(Count(encoding='gsm-7', units=18, segments=1), Count(encoding='ucs-2', units=12, segments=1))
>>> plain("l’été – « 5 … »")
'l\'été - " 5 ... "'

Source:
    3GPP TS 23.038 section 6.2.1 (default alphabet and extension table); TS 23.040 section
    9.2.3.24.1 (concatenation takes 7 septets, or 3 UCS-2 characters, of each part).
"""

from types import MappingProxyType
from typing import Final, NamedTuple

from dunning_sdk.domain.notice import Message
from dunning_sdk.errors import ConnectorInvalidError

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")
_PLAIN: Final = MappingProxyType(
    str.maketrans(
        {
            "’": "'", "‘": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
            "–": "-", "—": "-", "‑": "-", "…": "...", "œ": "oe", "Œ": "OE",
            "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "",
        }
    )
)  # fmt: skip


class Count(NamedTuple):
    """What a text message is.

    Attributes:
        encoding: ``gsm-7`` or ``ucs-2``.
        units: Septets, or UTF-16 code units.
        segments: Parts it is sent and paid in.
    """

    encoding: str
    units: int
    segments: int


def plain(text: str) -> str:
    """Return a text with plain twins of typographic signs, which cost less to send."""
    return text.translate(_PLAIN)


def segments(text: str) -> Count:
    """Return encoding, length and number of parts of a text message."""
    if set(text) <= _BASIC | _EXTENDED:
        costs = [2 if sign in _EXTENDED else 1 for sign in text]
        return Count("gsm-7", sum(costs), _parts(costs, whole=160, part=153))
    costs = [2 if ord(sign) > 0xFFFF else 1 for sign in text]
    return Count("ucs-2", sum(costs), _parts(costs, whole=70, part=67))


def _parts(costs: list[int], *, whole: int, part: int) -> int:
    """Return the number of parts; a sign of two units is never cut in two."""
    if sum(costs) <= whole:
        return 1
    found, used = 1, 0
    for cost in costs:
        if used + cost > part:
            found, used = found + 1, 0
        used += cost
    return found


def fitting(message: Message, *, connector: str, segments_max: int, characters_max: int = 0) -> str:
    """Return the text a message is sent with.

    Args:
        message: The notice.
        connector: Named in the error.
        segments_max: Most parts.
        characters_max: Most characters; 0 for no limit of its own.

    Raises:
        ConnectorInvalidError: It is too long, and says by how much.
    """
    text = plain(message.text.strip())
    count = segments(text)
    if count.segments > segments_max:
        why = f"takes {count.segments} segments of {count.encoding}, at most {segments_max}"
    elif characters_max and len(text) > characters_max:
        why = f"has {len(text)} characters, at most {characters_max}"
    else:
        return text
    raise ConnectorInvalidError(
        f"{connector}: text {why}",
        hint="Write a shorter LANGUAGE/TEMPLATE.short, or raise the limit of the channel",
        connector=connector,
        fields={"text": why},
    )
