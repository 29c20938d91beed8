"""Parties, how to reach them, and where money for them goes.

Decides nothing; connectors fill these records, notices address them. Everything here is
personal data and is sealed when stored.

>>> is_iban("FR76 3000 6000 0112 3456 7890 189")
True
>>> is_iban("FR76 3000 6000 0112 3456 7890 188")
False
"""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address.

    Attributes:
        lines: Street lines, outermost last; at most four are printed on a letter.
        postal_code: As the post writes it; empty where unknown.
        city: Town name.
        country: ISO 3166-1 alpha-2 code, upper case; empty where unknown.
    """

    lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    country: str = ""

    @property
    def is_complete(self) -> bool:
        """Tell whether a letter can be posted to this address."""
        return bool(self.lines and self.city and self.country)


CONTACT_ROLES: Final = ("billing", "escalation")
"""Roles that every book knows; a book names the host's others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person or a mailbox at a party.

    Attributes:
        name: Shown in the salutation; may be empty.
        email: Empty where unknown.
        phone: International form with a leading ``+``; empty where unknown.
        role: ``billing``, ``escalation`` or a word of the host's.
        handles: Channel and name or number there, for channels that are neither mail nor phone.
        opted_in: Channels the person agreed to.
        opted_out: Channels the person does not want, or that no longer reach him.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    role: str = "billing"
    handles: tuple[tuple[str, str], ...] = ()
    opted_in: tuple[str, ...] = ()
    opted_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """An account that money is paid to.

    Attributes:
        iban: Without spaces, upper case.
        bic: Empty where unknown; not needed inside SEPA.
        holder: Name the payer writes; the party's own name where empty.
    """

    iban: str
    bic: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A creditor, debtor, financier, collector or payee.

    Attributes:
        id: Stable id within the tenant, given by the source.
        name: Legal name.
        country: ISO 3166-1 alpha-2 code; empty where unknown.
        registration: Company number (SIREN or SIRET in France); empty where unknown.
        vat_id: VAT identifier with its country prefix; empty where unknown.
        address: Registered or billing address.
        contacts: In order of preference.
        accounts: Accounts that receive money for this party.
        language: ISO 639-1 code the party is written to in; empty means the tenant's default.
        is_company: ``False`` for a consumer.
    """

    id: str
    name: str
    country: str = ""
    registration: str = ""
    vat_id: str = ""
    address: Address = field(default_factory=Address)
    contacts: tuple[Contact, ...] = ()
    accounts: tuple[BankAccount, ...] = ()
    language: str = ""
    is_company: bool = True

    def contact(self, role: str = "billing") -> Contact | None:
        """Return the first contact of a role, else the first contact, else ``None``."""
        for contact in self.contacts:
            if contact.role == role:
                return contact
        return self.contacts[0] if self.contacts else None


def is_iban(text: str) -> bool:
    """Tell whether a text is a well-formed IBAN with a correct check.

    Args:
        text: With or without spaces, any case.

    Source:
        ISO 13616-1; check digits by ISO/IEC 7064 MOD 97-10.
    """
    compact = "".join(text.split()).upper()
    if not (15 <= len(compact) <= 34 and compact.isascii() and compact.isalnum()):
        return False
    if not (compact[:2].isalpha() and compact[2:4].isdigit()):
        return False
    digits = "".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])
    return int(digits) % 97 == 1
