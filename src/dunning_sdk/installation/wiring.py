"""From configuration to connectors: who is built, with what, and a clear word when it fails."""

import difflib
import importlib.util
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from dunning_sdk.connectors.interface import (
    Financier,
    InvoiceSink,
    InvoiceSource,
    NoticeChannel,
    PaymentSource,
    SanctionSource,
)
from dunning_sdk.connectors.news import NewsSource
from dunning_sdk.connectors.score import ScoreSource
from dunning_sdk.errors import ConfigError
from dunning_sdk.hooks import ConnectorSpec, Surroundings
from dunning_sdk.installation.config import Config, ConnectorConfig
from dunning_sdk.installation.library import read_templates
from dunning_sdk.plugins import Plugins, connectors, rule_books

if TYPE_CHECKING:
    from dunning_sdk.notices.message import Composer
    from dunning_sdk.notices.templates import TemplateSet

FOLDER_MODE: Mapping[str, ConnectorConfig] = {
    "email": ConnectorConfig(connector="folder"),
    "letter": ConnectorConfig(connector="letter-folder"),
    "registered-letter": ConnectorConfig(connector="letter-folder"),
    "registered-email": ConnectorConfig(connector="letter-folder"),
}
_ON_DEMAND: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "companies": ("companies", "source of company facts", "dunning-companies"),
        "payment-links": ("payment_links", "service that makes pages to pay at", "dunning-soan"),
        "webhook": ("incoming", "source of webhooks", "dunning-messaging"),
    }
)
"""Capability to its section, what it is, and a plugin that brings one."""


class Wiring:
    """Builds what a configuration names, through the hooks.

    Args:
        config: The configuration.
        plugins: Manager whose plugins register connectors and books.
    """

    def __init__(self, config: Config, plugins: Plugins) -> None:
        self.config = config
        self._plugins = plugins

    def rule_books(self) -> dict[str, Mapping[str, str]]:
        """Return every registered book's files by id."""
        return rule_books(self._plugins)

    @cached_property
    def _specs(self) -> dict[tuple[str, str], ConnectorSpec]:
        return connectors(self._plugins)

    @cached_property
    def _templates(self) -> "TemplateSet":
        """Return the notice templates: the shipped ones, overlaid by the host's folder."""
        from dunning_sdk.notices.templates import load_shipped

        shipped = load_shipped()
        if not self.config.templates:
            return shipped
        texts = read_templates(self.config.folder / self.config.templates)
        return shipped.overlay(texts, origin=self.config.templates)

    @cached_property
    def composer(self) -> "Composer":
        """Return what composes messages; it compiles each template once."""
        from dunning_sdk.notices.message import Composer

        has_qr = importlib.util.find_spec("segno") is not None
        return Composer(self._templates, qr_codes=has_qr)

    def template_names(self) -> frozenset[str]:
        """Return the names a step may use in any language."""
        known = self._templates
        return frozenset(name for language in known.languages for name in known.names(language))

    def invoice_sources(self, as_of: date, *, drafts: bool = False) -> list[InvoiceSource]:
        """Return the sources of invoices, or of those not issued yet, in the order configured."""
        chosen = self.config.sources.drafts if drafts else self.config.sources.invoices
        return [self._built("invoices", item, as_of) for item in chosen]

    def payment_sources(self, as_of: date) -> list[PaymentSource]:
        """Return the payment sources in the order configured."""
        return [self._built("payments", item, as_of) for item in self.config.sources.payments]

    def sanction_sources(self, as_of: date) -> list[SanctionSource]:
        """Return the sources of companies sanctioned for late payment."""
        return [self._built("sanctions", item, as_of) for item in self.config.sources.sanctions]

    def news_sources(self, as_of: date) -> list[tuple[ConnectorConfig, NewsSource]]:
        """Return the sources of what became of notices, each with how it is configured."""
        chosen = self.config.sources.news
        return [(item, self._built("news", item, as_of)) for item in chosen]

    def score_sources(self, as_of: date) -> list[ScoreSource]:
        """Return the agencies whose payment scores are taken in."""
        return [self._built("scores", item, as_of) for item in self.config.sources.scores]

    def sink(self, as_of: date) -> InvoiceSink:
        """Return the sink that numbers and writes invoices."""
        chosen = self.config.sink or ConnectorConfig(connector="folder")
        sink: InvoiceSink = self._built("sink", chosen, as_of)
        return sink

    def financier(self, as_of: date) -> Financier:
        """Return the financier's connector; by mail and hand unless configured (S0-20)."""
        chosen = self.config.financier or ConnectorConfig(connector="manual")
        financier: Financier = self._built("financier", chosen, as_of)
        return financier

    def on_demand(self, capability: str, as_of: date, *, name: str = "") -> Any:  # noqa: ANN401  # by capability
        """Return the connector that a command asks, and no run does.

        Args:
            capability: ``companies``, a `CompanySource`, ``payment-links``, a `PaymentLinks`, or
                ``webhook``, an `Incoming`.
            as_of: The day.
            name: Of the section, where there may be several.

        Raises:
            ConfigError: None is configured; names the section and a plugin.
        """
        section, what, plugin = _ON_DEMAND[capability]
        found = getattr(self.config, section)
        chosen: ConnectorConfig | None = found.get(name) if name else found
        if chosen is None:
            hint = f"Install a plugin such as {plugin}, and add [{section}]."
            raise ConfigError(f"No {what} is configured", hint=hint)
        return self._built(capability, chosen, as_of)

    def channels(self, as_of: date) -> Callable[[str], NoticeChannel]:
        """Return a function from channel name to channel, by the mode of the configuration.

        Source:
            House rule (ARCHITECTURE section 6, Mode): ``folder`` writes files, ``redirect``
            sends all mail to one address and writes the rest, ``live`` sends.
        """
        built: dict[str, NoticeChannel] = {}

        def channel(name: str) -> NoticeChannel:
            if name not in built:
                built[name] = self._channel(name, as_of)
            return built[name]

        return channel

    def _channel(self, name: str, as_of: date) -> NoticeChannel:
        chosen = self.config.channels.get(name)
        if self._is_written(name):
            chosen = FOLDER_MODE.get(name, ConnectorConfig(connector="text-folder"))
        if chosen is None:
            message = f"Channel {name} is not configured"
            raise ConfigError(message, hint=f"Add a section [channels.{name}] to dunning.toml.")
        channel: NoticeChannel = self._built("channel", chosen, as_of)
        if self.config.mode == "redirect" and name == "email":
            return self._redirected(channel)
        return self._placing(channel, as_of) if self.config.placement else channel

    def _placing(self, channel: NoticeChannel, as_of: date) -> NoticeChannel:
        """Return a channel behind which claims are placed, where they leave at all."""
        from dunning_sdk.connectors.placement import PlacingChannel

        if self.config.mode != "live" or self.config.placement is None:
            return channel
        return PlacingChannel(channel, self._built("placement", self.config.placement, as_of))

    def _is_written(self, channel: str) -> bool:
        """Tell whether notices are written to files; redirected, only mail leaves."""
        mode = self.config.mode
        return mode == "folder" or (mode == "redirect" and channel != "email")

    def _redirected(self, channel: NoticeChannel) -> NoticeChannel:
        from dunning_sdk.connectors.mail import MailChannel, RedirectChannel

        if not self.config.redirect_to:
            raise ConfigError(
                "Mode redirect needs redirect_to", hint="Give the address all mail goes to."
            )
        if not isinstance(channel, MailChannel):
            raise ConfigError("Mode redirect needs an e-mail channel for [channels.email]")
        return RedirectChannel(channel, to_email=self.config.redirect_to)

    def _built(self, capability: str, chosen: ConnectorConfig, as_of: date) -> Any:  # noqa: ANN401  # by capability
        spec = self._specs.get((capability, chosen.connector))
        if spec is None:
            names = sorted(name for known, name in self._specs if known == capability)
            near = difflib.get_close_matches(chosen.connector, names, n=1)
            message = f"No connector {chosen.connector!r} for {capability}"
            known = f"Known: {', '.join(names)}." if names else "None is: install a plugin with it."
            hint = f"Did you mean {near[0]}?" if near else known
            raise ConfigError(message, hint=hint)
        return spec.build(chosen.options, self._surroundings(as_of))

    def _surroundings(self, as_of: date) -> Surroundings:
        return Surroundings(
            folder=self.config.folder,
            out=self.config.out_folder,
            parties={actor: one.to_party() for actor, one in self.config.parties.items()},
            language=self.config.language,
            currency=self.config.currency,
            sent_on=as_of,
            channel=lambda name: self._channel(name, as_of),
            request_mail=lambda: self._request_mail(as_of),
        )

    def _request_mail(self, as_of: date) -> object:
        """Return what writes to a financier that is asked by mail (S0-20)."""
        from dunning_sdk.notices.financier_mail import FinancierMail

        sender, financier = self.config.party(self.config.operator), self.config.party("financier")
        if sender is None or financier is None:
            message = "Asking a financier by mail needs [parties.financier] in dunning.toml"
            raise ConfigError(message, hint="Add that section, with id, name and email.")
        return FinancierMail(
            composer=self.composer,
            sender=sender,
            financier=financier,
            language=financier.language or self.config.language,
            as_of=as_of,
            sender_contact=sender.contact(),
        )
