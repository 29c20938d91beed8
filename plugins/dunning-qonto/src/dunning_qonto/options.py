"""The keys of a section with ``connector = "qonto"``, checked; the secret key is never one."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site
from dunning_sdk.connectors.interface import PaymentSource
from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.rate_limit import RateLimit
from dunning_sdk.domain.party import is_iban
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dunning_qonto.payments import QontoInvoicePayments, QontoTransactions
from dunning_qonto.reader import NAME, Reader
from dunning_qonto.sink import QontoSink

# "1000 requests / 10s and 10000 requests / 10min per IP" (Rate limitations).
LIMITS: Final = (RateLimit(calls=1000, seconds=10), RateLimit(calls=10_000, seconds=600))


def _iban(text: str) -> str:
    compact = "".join(text.split()).upper()
    if compact and not is_iban(compact):
        raise ValueError("is not an IBAN, or has a wrong check")
    return compact


class QontoOptions(BaseModel):
    """How to reach one organisation in Qonto.

    Attributes:
        login: Of the organisation, as Qonto shows it beside the secret key.
        secret_env: Environment variable that holds the secret key.
        secret_file: File that holds it, where the variable is not set.
        base_url: Where version 2 of the API is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    login: str
    secret_env: str = "QONTO_SECRET_KEY"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    base_url: str = "https://thirdparty.qonto.com/v2"


class PaymentOptions(QontoOptions):
    """How to read payments from Qonto.

    Attributes:
        iban: Account whose movements are the payments; where empty, what Qonto itself matched
            to its invoices is.
        since: Day of the oldest movement to read; all where not given.
    """

    iban: Annotated[str, AfterValidator(_iban)] = ""
    since: date | None = None


class IssuingOptions(QontoOptions):
    """How to issue documents in Qonto.

    Attributes:
        iban: Account that invoices ask to be paid to.
    """

    iban: Annotated[str, Field(min_length=1), AfterValidator(_iban)]


def open_invoices(options: Mapping[str, Any], *, folder: Path) -> Reader:
    """Return a reader of what a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the secret key is missing.
    """
    given = read_options(QontoOptions, options, section="[[sources.invoices]]")
    return Reader(_site(given, folder))


def open_payments(options: Mapping[str, Any], *, folder: Path) -> PaymentSource:
    """Return the source that a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the secret key is missing.
    """
    given = read_options(PaymentOptions, options, section="[[sources.payments]]")
    reader = Reader(_site(given, folder))
    if given.iban:
        return QontoTransactions(reader, iban=given.iban, since=given.since)
    return QontoInvoicePayments(reader)


def open_sink(options: Mapping[str, Any], *, folder: Path) -> QontoSink:
    """Return the sink that a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the secret key is missing.
    """
    given = read_options(IssuingOptions, options, section="[sink]")
    return QontoSink(HttpClient(_site(given, folder)), iban=given.iban)


def site(base_url: str, login: str, secret: str, *, variable: str = "QONTO_SECRET_KEY") -> Site:
    """Return where Qonto is, how one proves who one is, and how often it may be called."""
    return Site(
        connector=NAME,
        base_url=base_url,
        headers={"Authorization": f"{login}:{secret}"},
        secrets=(secret,),
        auth_hint=f"Check login and {variable}: they belong to one organisation",
        limits=LIMITS,
    )


def _site(given: QontoOptions, folder: Path) -> Site:
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="Qonto's secret key"
    )
    return site(given.base_url, given.login, secret, variable=given.secret_env)
