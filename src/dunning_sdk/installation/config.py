"""The door for ``dunning.toml``: strict, complete, and clear about what is wrong.

Reads one file; relative paths in it start at its folder. Secrets come from the environment or a
file, never from the configuration itself.
"""

import difflib
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dunning_sdk.domain.party import Address, BankAccount, Contact, Party
from dunning_sdk.errors import ConfigError
from dunning_sdk.installation.access_config import AccessConfig
from dunning_sdk.installation.accounts_config import AccountsConfig
from dunning_sdk.installation.cash_config import CashConfig
from dunning_sdk.installation.contract_config import ContractConfig
from dunning_sdk.installation.law_config import LawConfig
from dunning_sdk.installation.limit_config import LimitConfig
from dunning_sdk.installation.portal_config import DialogueConfig, PortalConfig
from dunning_sdk.installation.retention_config import RetentionConfig
from dunning_sdk.installation.store_config import StoreConfig
from dunning_sdk.installation.telemetry_config import TelemetryConfig
from dunning_sdk.installation.webhook_config import WebhookConfig, WebhookName
from dunning_sdk.store.interface import Store
from dunning_sdk.store.opening import open_store

Actor = Literal["creditor", "platform", "financier", "collector"]
Mode = Literal["folder", "redirect", "live"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class PartyConfig(_Strict):
    """A party of ours: creditor, platform, financier or collector."""

    id: str
    name: str
    country: str = ""
    registration: str = ""
    vat_id: str = ""
    email: str = ""
    phone: str = ""
    contact_name: str = ""
    lines: list[str] = Field(default_factory=list)
    postal_code: str = ""
    city: str = ""
    iban: str = ""
    bic: str = ""
    language: str = ""

    def to_party(self) -> Party:
        """Return the domain record."""
        accounts = (
            (BankAccount(iban=self.iban.replace(" ", ""), bic=self.bic, holder=self.name),)
            if self.iban
            else ()
        )
        contact = Contact(name=self.contact_name, email=self.email, phone=self.phone)
        return Party(
            id=self.id,
            name=self.name,
            country=self.country,
            registration=self.registration,
            vat_id=self.vat_id,
            address=Address(
                lines=tuple(self.lines),
                postal_code=self.postal_code,
                city=self.city,
                country=self.country,
            ),
            contacts=(contact,),
            accounts=accounts,
            language=self.language,
        )


class ConnectorConfig(BaseModel):
    """One connector: its name, and options that the connector itself checks."""

    model_config = ConfigDict(extra="allow", frozen=True)

    connector: str

    @property
    def options(self) -> dict[str, Any]:
        """Return everything but the connector's name."""
        return dict(self.model_extra or {})


class SourcesConfig(_Strict):
    """Where facts come from."""

    invoices: list[ConnectorConfig] = Field(default_factory=list)
    payments: list[ConnectorConfig] = Field(default_factory=list)
    drafts: list[ConnectorConfig] = Field(default_factory=list)
    sanctions: list[ConnectorConfig] = Field(default_factory=list)
    news: list[ConnectorConfig] = Field(default_factory=list)
    scores: list[ConnectorConfig] = Field(default_factory=list)


class Config(_Strict):
    """The whole of ``dunning.toml``."""

    tenant: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
    operator: Actor = "creditor"
    time_zone: str = "Europe/Paris"
    language: Literal["fr", "en", "de"] = "fr"
    currency: str = "EUR"
    mode: Mode = "folder"
    book: str
    financed_book: str = ""
    contract_kind: Literal["full", "balance_purchase", "confidential", "unmanaged"] = "full"
    contract: ContractConfig = Field(default_factory=ContractConfig)
    out: str = "out"
    templates: str = ""
    payment_days: int = Field(default=30, ge=0, le=365)
    payment_link: str = ""
    redirect_to: str = ""
    store: StoreConfig = Field(default_factory=StoreConfig)
    parties: dict[Actor, PartyConfig]
    sources: SourcesConfig = Field(default_factory=SourcesConfig)
    channels: dict[str, ConnectorConfig] = Field(default_factory=dict)
    limits: dict[str, LimitConfig] = Field(default_factory=dict)
    sink: ConnectorConfig | None = None
    financier: ConnectorConfig | None = None
    companies: ConnectorConfig | None = None
    payment_links: ConnectorConfig | None = None
    placement: ConnectorConfig | None = None
    law: LawConfig = Field(default_factory=LawConfig)
    telemetry: TelemetryConfig = Field(default_factory=TelemetryConfig)
    retention: RetentionConfig = Field(default_factory=RetentionConfig)
    cash: CashConfig = Field(default_factory=CashConfig)
    incoming: dict[WebhookName, ConnectorConfig] = Field(default_factory=dict)
    webhooks: dict[WebhookName, WebhookConfig] = Field(default_factory=dict)
    access: AccessConfig = Field(default_factory=AccessConfig)
    accounts: AccountsConfig = Field(default_factory=AccountsConfig)
    portal: PortalConfig = Field(default_factory=PortalConfig)
    dialogue: DialogueConfig = Field(default_factory=DialogueConfig)
    folder: Path = Path()

    @property
    def out_folder(self) -> Path:
        """Return the folder everything is written below."""
        return self.folder / self.out

    @property
    def books(self) -> tuple[str, ...]:
        """Return the books in use, each once."""
        return tuple(dict.fromkeys((self.book, self.financed_book or self.book)))

    @property
    def store_url(self) -> str:
        """Return the store's URL; a relative SQLite path starts at the configuration's folder."""
        prefix = "sqlite:///"
        path = self.store.url.removeprefix(prefix)
        if not self.store.url.startswith(prefix) or not path or path.startswith("/"):
            return self.store.url
        return f"{prefix}{(self.folder / path).resolve().as_posix()}"

    def limit(self, channel: str) -> LimitConfig:
        """Return when a channel may be used; writing files has no limits."""
        found = self.limits.get(channel)
        return LimitConfig() if found is None or self.mode == "folder" else found

    def party(self, actor: str) -> Party | None:
        """Return the party that plays an actor, or ``None``."""
        found = self.parties.get(actor)  # type: ignore[call-overload]  # any text may be asked for
        return found.to_party() if found else None

    def today(self) -> date:
        """Return the tenant's calendar day; the only clock of the package."""
        return datetime.now(ZoneInfo(self.time_zone)).date()

    def portal_key(self) -> bytes:
        """Return what links into the portal are signed by.

        Raises:
            ConfigError: There is no secret, or it cannot be read.
        """
        return self.portal.key(self.folder, self.store.secret(self.folder))

    def open_store(self, *, create: bool = True, url: str = "") -> Store:
        """Open the store this configuration names, or a copy of it.

        While the secret is being changed, the new one opens it as well.

        Args:
            create: Whether a database or tenant that is missing is made.
            url: Of a copy; empty for the store itself.

        Raises:
            ConfigError: There is no secret, or no password where one is named.
            StoreError: It cannot be opened.
        """
        return open_store(
            url or self.store_url,
            tenant=self.tenant,
            secret=self.store.secret(self.folder),
            new_secret=self.store.new_secret(self.folder),
            create=create,
            password=self.store.password(self.folder),
        )


def load_config(path: Path) -> Config:
    """Read and check a configuration file.

    Args:
        path: ``dunning.toml``, or the folder that holds it.

    Raises:
        ConfigError: The file is missing, is not TOML, or a key is unknown or wrong; says which.
    """
    file = path / "dunning.toml" if path.is_dir() else path
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        message = f"{file.name} not found in {file.parent.resolve().name or 'this folder'}"
        raise ConfigError(
            message, hint="Run `dunning init` there, or name the file with --config."
        ) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ConfigError(
            f"{file.name} is not TOML: {problem}", hint="Correct that line."
        ) from problem
    except RecursionError as problem:
        message = f"{file.name} nests too deep"
        raise ConfigError(message, hint="Take brackets away.") from problem
    except OSError as problem:
        raise ConfigError(f"{file.name} cannot be read: {problem.strerror}") from problem
    try:
        config = Config.model_validate({**raw, "folder": file.parent})
        ZoneInfo(config.time_zone)
    except ValidationError as problem:
        raise _explained(file.name, problem) from problem
    except (ZoneInfoNotFoundError, ValueError) as problem:
        message = f"{file.name}: time_zone {raw.get('time_zone')!r} is not an IANA time zone"
        raise ConfigError(message, hint='Write it as "Europe/Paris".') from problem
    if config.mode == "redirect" and not config.redirect_to:
        message = f"{file.name}: mode is redirect, but redirect_to is missing"
        raise ConfigError(message, hint="Give the address that all mail goes to.")
    if config.operator not in config.parties:
        section = f"[parties.{config.operator}]"
        message = f"{file.name}: operator is {config.operator}, but {section} is missing"
        raise ConfigError(message, hint="Add that section, with id and name.")
    return config


def _explained(name: str, problem: ValidationError) -> ConfigError:
    first = problem.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    more = problem.error_count() - 1
    what = first["msg"]
    hint = "Compare with docs/configuration.md."
    if first["type"] == "extra_forbidden":
        what = "there is no such key"
        near = difflib.get_close_matches(str(first["loc"][-1]), list(Config.model_fields), n=1)
        hint = (
            f"Did you mean {near[0]}?"
            if near
            else "Remove it; docs/configuration.md lists the keys."
        )
    message = f"{name}: {place}: {what}" + (f" (and {more} more)" if more else "")
    return ConfigError(message, hint=hint)
