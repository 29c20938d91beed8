"""Ask the public register of French companies, and look into the list.

Decides which of the register's answers is the company asked for: the one with that very number.
A company that is not listed may be one that does not exist, or one that opposed publication.
"""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Final, Literal

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, ask
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.interface import CompanyFacts, CompanySource
from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.connectors.timing import Timing

from dunning_companies.listed import NumberList

NAME: Final = "recherche-entreprises"
_SIREN: Final = 9
_LENGTHS: Final = frozenset((9, 14))


class Unit(Payload):
    """A company (unité légale), as the register has it.

    Attributes:
        siren: Its number.
        etat_administratif: ``A`` active, ``C`` ceased.
        date_fermeture: Day it ceased.
    """

    siren: str
    etat_administratif: Literal["A", "C"]
    date_fermeture: date | None = None


class _Found(Payload):
    """A page of what was found."""

    unread: ClassVar[frozenset[str]] = frozenset(
        ("total_results", "page", "per_page", "total_pages")
    )

    results: list[object]


class CompanyRegister(CompanySource):
    """Looks up French companies.

    Args:
        site: Where the register is.
        insolvent: Companies with open proceedings; none known where not given.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
    """

    def __init__(
        self,
        site: Site,
        *,
        insolvent: NumberList | None = None,
        transport: Transport | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._http = HttpClient(site, transport=transport, timing=timing)
        self._insolvent = insolvent

    def look_up(self, registration: str) -> CompanyFacts | None:
        """Return what is known of one company.

        Args:
            registration: SIREN or SIRET, with or without blanks; another number is not listed.

        Raises:
            ConnectorError: The register could not be asked, or the list not be read.
        """
        return self.look_up_all([registration]).get(registration)

    def look_up_all(self, registrations: Iterable[str]) -> dict[str, CompanyFacts]:
        """Return what is known of several companies; the list is read once.

        Raises:
            ConnectorError: The register could not be asked, or the list not be read.
        """
        wanted = {number: _siren(number) for number in registrations}
        insolvent = self._insolvent.numbers() if self._insolvent else frozenset()
        units = {siren: self._unit(siren) for siren in sorted(set(wanted.values()) - {""})}
        found: dict[str, CompanyFacts] = {}
        for number, siren in wanted.items():
            unit = units.get(siren)
            if unit is None and siren not in insolvent:
                continue
            found[number] = CompanyFacts(
                registration=number,
                is_closed=unit is not None and unit.etat_administratif == "C",
                closed_on=unit.date_fermeture if unit else None,
                is_insolvent=siren in insolvent,
            )
        return found

    def _unit(self, siren: str) -> Unit | None:
        asked = ask("/search", q=siren, minimal="true", per_page=5)
        data = self._http.data(asked)
        for one in read_payload(_Found, data, connector=NAME, what="the answer").results:
            unit = read_payload(Unit, one, connector=NAME, what="a company")
            if unit.siren == siren:
                return unit
        return None


def _siren(registration: str) -> str:
    """Return the SIREN of a number; empty where it is neither SIREN nor SIRET."""
    number = "".join(registration.split())
    is_french = number.isascii() and number.isdigit() and len(number) in _LENGTHS
    return number[:_SIREN] if is_french else ""
