"""The keys of both sources, checked; tokens, keys and consents are never among them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.options import read_options, read_secret
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.party import is_iban
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dunning_psd2.berlin_group import BerlinGroupStatement
from dunning_psd2.gocardless import GoCardlessStatement, tokens_of
from dunning_psd2.payments import BankPayments

BERLIN_GROUP: Final = "berlin-group"
GOCARDLESS: Final = "gocardless"
_SECTION: Final = "[[sources.payments]]"
# Without a strong authentication anew, 90 days back (Delegated Regulation (EU) 2018/389, art. 10a).
_DAYS: Final = 89


def _iban(text: str) -> str:
    compact = "".join(text.split()).upper()
    if not is_iban(compact):
        raise ValueError("is not an IBAN, or has a wrong check")
    return compact


class _AccountOptions(BaseModel):
    """Which account is read, and how far back.

    Attributes:
        account: The bank's or GoCardless's own id of the account.
        iban: Of the account.
        days: How many days back movements are read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: str
    iban: Annotated[str, AfterValidator(_iban)]
    days: int = Field(default=_DAYS, ge=1, le=730)


class BerlinGroupOptions(_AccountOptions):
    """How to read from a bank, or from what stands between it and us.

    Attributes:
        base_url: Where the interface is, without ``/v1``.
        secret_env: Environment variable that holds the access token.
        secret_file: File that holds it, where the variable is not set.
        consent_env: Environment variable that holds the id of the consent.
        consent_file: File that holds it, where the variable is not set.
    """

    base_url: str
    secret_env: str = "PSD2_TOKEN"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    consent_env: str = "PSD2_CONSENT_ID"
    consent_file: str = ""


class GoCardlessOptions(_AccountOptions):
    """How to read from GoCardless Bank Account Data.

    Attributes:
        secret_id: Of the pair of secrets.
        secret_env: Environment variable that holds the secret key.
        secret_file: File that holds it, where the variable is not set.
        base_url: Where version 2 of the API is.
    """

    secret_id: str
    secret_env: str = "GOCARDLESS_SECRET_KEY"  # noqa: S105  # the name of a variable
    secret_file: str = ""
    base_url: str = "https://bankaccountdata.gocardless.com/api/v2"


def open_berlin_group(
    options: Mapping[str, Any],
    *,
    folder: Path,
    transport: Transport | None = None,
    timing: Timing | None = None,
) -> BankPayments:
    """Return the source that a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the token or the consent is missing.
    """
    given = read_options(BerlinGroupOptions, options, section=_SECTION)
    token = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="the bank's access token"
    )
    consent = read_secret(
        env=given.consent_env, file=given.consent_file, folder=folder, what="the id of the consent"
    )
    site = Site(
        connector=BERLIN_GROUP,
        base_url=given.base_url,
        headers={"Authorization": f"Bearer {token}", "Consent-ID": consent},
        secrets=(token, consent),
        auth_hint=f"Check {given.secret_env} and {given.consent_env}: a consent ends after 180"
        " days at most, and the account holder renews it at his bank",
    )
    http = HttpClient(site, transport=transport, timing=timing)
    statement = BerlinGroupStatement(http, account=given.account)
    return BankPayments(
        statement, name=BERLIN_GROUP, iban=given.iban, days=given.days, timing=timing
    )


def open_gocardless(
    options: Mapping[str, Any],
    *,
    folder: Path,
    transport: Transport | None = None,
    timing: Timing | None = None,
) -> BankPayments:
    """Return the source that a section of the configuration describes.

    Raises:
        ConfigError: A key is unknown or wrong, or the secret key is missing.
    """
    given = read_options(GoCardlessOptions, options, section=_SECTION)
    secret = read_secret(
        env=given.secret_env, file=given.secret_file, folder=folder, what="GoCardless's secret key"
    )
    site = Site(
        connector=GOCARDLESS,
        base_url=given.base_url,
        secrets=(secret,),
        auth_hint=f"Check secret_id and {given.secret_env}; where the access to the account has"
        " ended, its holder renews it at his bank",
    )
    tokens = tokens_of(
        site, secret_id=given.secret_id, secret_key=secret, transport=transport, timing=timing
    )
    http = HttpClient(site, transport=transport, timing=timing, tokens=tokens)
    statement = GoCardlessStatement(http, account=given.account)
    return BankPayments(statement, name=GOCARDLESS, iban=given.iban, days=given.days, timing=timing)
