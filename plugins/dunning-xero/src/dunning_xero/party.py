"""A contact of Xero's in our words.

Decides that a contact with a company or tax number is a company, and that one with neither is
taken for a consumer.
"""

from collections.abc import Iterable
from typing import Final

from dunning_sdk.domain.party import Address, Contact, Party

from dunning_xero.record import ContactRecord, Phone, PostalAddress

_BILLS: Final = "POBOX"
_CALLED: Final = ("MOBILE", "DEFAULT", "DDI", "OFFICE")
_COUNTRIES: Final = {  # Xero keeps a name as it was typed
    "austria": "AT", "belgium": "BE", "france": "FR", "germany": "DE", "ireland": "IE",
    "italy": "IT", "luxembourg": "LU", "netherlands": "NL", "poland": "PL", "portugal": "PT",
    "spain": "ES", "united kingdom": "GB",
}  # fmt: skip


def party_of(contact: ContactRecord) -> Party:
    """Return the debtor that a contact is."""
    place = _place(contact.Addresses)
    country = _country(place.Country) if place is not None else ""
    number = "".join(contact.CompanyNumber.split())
    tax_number = "".join(contact.TaxNumber.split())
    return Party(
        id=contact.ContactID,
        name=contact.Name,
        country=country,
        registration=number,
        vat_id=tax_number if tax_number[:2].isalpha() else "",
        address=_address(place, country) if place is not None else Address(),
        contacts=_contacts(contact),
        is_company=bool(number or tax_number),
    )


def _place(addresses: Iterable[PostalAddress]) -> PostalAddress | None:
    filled = [one for one in addresses if one.AddressLine1 or one.City]
    return min(filled, key=lambda one: one.AddressType != _BILLS, default=None)


def _country(name: str) -> str:
    name = name.strip()
    if len(name) == 2 and name.isalpha():  # ISO 3166-1 alpha-2
        return name.upper()
    return _COUNTRIES.get(name.casefold(), "")


def _address(place: PostalAddress, country: str) -> Address:
    lines = (place.AddressLine1, place.AddressLine2, place.AddressLine3, place.AddressLine4)
    return Address(
        lines=tuple(line.strip() for line in lines if line.strip()),
        postal_code=place.PostalCode,
        city=place.City,
        country=country,
    )


def _contacts(contact: ContactRecord) -> tuple[Contact, ...]:
    phone = _phone(contact.Phones)
    if not contact.EmailAddress and not phone:
        return ()
    name = f"{contact.FirstName} {contact.LastName}".strip()
    return (Contact(name=name, email=contact.EmailAddress, phone=phone),)


def _phone(phones: Iterable[Phone]) -> str:
    """Return the number to prefer that says its country; empty where none does."""
    numbers = {one.PhoneType: one for one in phones if one.PhoneNumber and one.PhoneCountryCode}
    for kind in _CALLED:
        if kind in numbers:
            one = numbers[kind]
            parts = (one.PhoneCountryCode, one.PhoneAreaCode, one.PhoneNumber)
            digits = "".join(sign for part in parts for sign in part if sign.isdigit())
            return f"+{digits.lstrip('0')}"
    return ""
