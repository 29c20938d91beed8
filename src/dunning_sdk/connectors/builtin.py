"""The connectors that come with the package, registered through the same hook as any plugin's.

Each entry says how one word of ``dunning.toml`` becomes a connector; what it needs is imported
when it is built.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dunning_sdk.connectors.incoming import Incoming
from dunning_sdk.connectors.interface import (
    Financier,
    InvoiceSink,
    InvoiceSource,
    NoticeChannel,
    PaymentSource,
    SanctionSource,
)
from dunning_sdk.connectors.score import ScoreSource
from dunning_sdk.errors import ConfigError
from dunning_sdk.hooks import ConnectorSpec, Surroundings, hookimpl


@hookimpl
def dunning_register_connectors() -> list[ConnectorSpec]:
    """Return the built-in connectors."""
    return [
        ConnectorSpec(capability="invoices", name="csv", build=_csv_invoices),
        ConnectorSpec(capability="invoices", name="e-invoices", build=_e_invoices),
        ConnectorSpec(capability="payments", name="csv", build=_csv_payments),
        ConnectorSpec(capability="payments", name="statements", build=_statements),
        ConnectorSpec(capability="sanctions", name="csv", build=_csv_sanctions),
        ConnectorSpec(capability="scores", name="csv", build=_csv_scores),
        ConnectorSpec(capability="webhook", name="standard", build=_standard),
        ConnectorSpec(capability="channel", name="folder", build=_folder),
        ConnectorSpec(capability="channel", name="smtp", build=_smtp),
        ConnectorSpec(capability="channel", name="letter-folder", build=_letters),
        ConnectorSpec(capability="channel", name="text-folder", build=_texts),
        ConnectorSpec(capability="sink", name="folder", build=_sink),
        ConnectorSpec(capability="financier", name="manual", build=_manual),
    ]


def _standard(options: Mapping[str, Any], around: Surroundings) -> Incoming:
    from dunning_sdk.connectors.incoming import build_standard

    return build_standard(options, around)


def _csv_invoices(options: Mapping[str, Any], around: Surroundings) -> InvoiceSource:
    from dunning_sdk.connectors.csv_invoices import CsvInvoiceSource
    from dunning_sdk.connectors.csv_mapping import CsvInvoiceMapping

    path, rest = _path(options, around)
    creditor = around.parties.get("creditor")
    own = {"creditor_id": creditor.id, "creditor_name": creditor.name} if creditor else {}
    rest = _with_constants(rest, {**own, "currency": around.currency})
    return CsvInvoiceSource(path=path, mapping=CsvInvoiceMapping.load(rest, where="invoices"))


def _csv_payments(options: Mapping[str, Any], around: Surroundings) -> PaymentSource:
    from dunning_sdk.connectors.csv_mapping import CsvPaymentMapping
    from dunning_sdk.connectors.csv_payments import CsvPaymentSource

    path, rest = _path(options, around)
    rest = _with_constants(rest, {"currency": around.currency})
    return CsvPaymentSource(path=path, mapping=CsvPaymentMapping.load(rest, where="payments"))


def _csv_sanctions(options: Mapping[str, Any], around: Surroundings) -> SanctionSource:
    from dunning_sdk.connectors.csv_mapping import CsvSanctionMapping
    from dunning_sdk.connectors.csv_sanctions import CsvSanctionSource

    path, rest = _path(options, around)
    return CsvSanctionSource(path=path, mapping=CsvSanctionMapping.load(rest, where="sanctions"))


def _csv_scores(options: Mapping[str, Any], around: Surroundings) -> ScoreSource:
    from dunning_sdk.connectors.csv_mapping import CsvScoreMapping
    from dunning_sdk.connectors.csv_scores import CsvScoreSource

    path, rest = _path(options, around)
    return CsvScoreSource(path=path, mapping=CsvScoreMapping.load(rest, where="scores"))


def _e_invoices(options: Mapping[str, Any], around: Surroundings) -> InvoiceSource:
    from dunning_sdk.connectors.einvoice_files import EInvoiceSource

    path, rest = _path(options, around)
    pattern = _only(rest, "pattern", default="*")
    return EInvoiceSource(path=path, pattern=pattern)


def _statements(options: Mapping[str, Any], around: Surroundings) -> PaymentSource:
    from dunning_sdk.connectors.statement_files import StatementSource

    path, rest = _path(options, around)
    return StatementSource(path=path, pattern=_only(rest, "pattern", default="*"))


def _folder(options: Mapping[str, Any], around: Surroundings) -> NoticeChannel:
    from dunning_sdk.connectors.folder import FolderChannel

    folder = _only(options, "folder", default="mail")
    return FolderChannel(around.out / folder, sent_on=around.sent_on)


def _letters(options: Mapping[str, Any], around: Surroundings) -> NoticeChannel:
    from dunning_sdk.connectors.letter_folder import LetterFolderChannel

    folder = _only(options, "folder", default="letters")
    return LetterFolderChannel(around.out / folder, written_on=around.sent_on)


def _texts(options: Mapping[str, Any], around: Surroundings) -> NoticeChannel:
    from dunning_sdk.connectors.text_folder import TextFolderChannel

    folder = _only(options, "folder", default="texts")
    return TextFolderChannel(around.out / folder)


def _smtp(options: Mapping[str, Any], around: Surroundings) -> NoticeChannel:
    from dunning_sdk.connectors.smtp_options import smtp_channel

    return smtp_channel(options, folder=around.folder)


def _sink(options: Mapping[str, Any], around: Surroundings) -> InvoiceSink:
    from dunning_sdk.connectors.invoice_folder import InvoiceFolder

    folder = _only(options, "folder", default="invoices")
    return InvoiceFolder(around.out / folder, language=around.language)


def _manual(options: Mapping[str, Any], around: Surroundings) -> Financier:
    from dunning_sdk.connectors.manual_financier import ManualFinancier

    channel = _only(options, "channel", default="email")
    return ManualFinancier(around.request_mail(), around.channel(channel))


def _path(options: Mapping[str, Any], around: Surroundings) -> tuple[Path, dict[str, Any]]:
    """Return the option ``path``, from the configuration's folder, and the other options."""
    rest = dict(options)
    given = rest.pop("path", None)
    if not isinstance(given, str) or not given:
        raise ConfigError("A file connector needs a path", hint='Add path = "invoices.csv".')
    return around.folder / given, rest


def _with_constants(options: dict[str, Any], constants: Mapping[str, str]) -> dict[str, Any]:
    """Return the options of a CSV file, with constants for what it neither maps nor states."""
    columns, stated = options.get("columns"), options.get("constants", {})
    if not isinstance(columns, dict) or not isinstance(stated, dict):
        return options
    missing = {name: text for name, text in constants.items() if name not in columns}
    return {**options, "constants": {**missing, **stated}}


def _only(options: Mapping[str, Any], name: str, *, default: str) -> str:
    """Return the one option a connector knows; refuse others."""
    unknown = sorted(set(options) - {name})
    if unknown:
        message = f"Unknown option {unknown[0]!r} of a connector"
        raise ConfigError(message, hint=f"It knows only {name}.")
    value = options.get(name, default)
    if not isinstance(value, str):
        raise ConfigError(f"Option {name} must be a text")
    return value
