"""Bring payments in from bank statements in files: camt.053, camt.054 and MT940.

Decides which reader a file gets, by its content. A file that is none of them is a problem of the
batch, and the others stand.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dunning_sdk.connectors.camt import CAMT_NAMESPACE, read_camt
from dunning_sdk.connectors.interface import Batch, PaymentSource
from dunning_sdk.connectors.local_file import read_each
from dunning_sdk.connectors.mt940_statement import read_mt940
from dunning_sdk.connectors.statement import Statement, complete_until
from dunning_sdk.connectors.xml_safe import parse_xml
from dunning_sdk.domain.payment import Payment
from dunning_sdk.errors import InputError

_CONNECTOR: Final = "statement-files"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class StatementSource(PaymentSource):
    """Payments from statement files.

    Attributes:
        path: One file, or a folder.
        pattern: Which files of the folder, as a glob; ``**/*`` goes into folders below.
    """

    path: Path
    pattern: str = "*"

    def fetch(self) -> Batch[Payment]:
        """Return every payment once, also where statements overlap.

        Raises:
            ConnectorError: The file or folder cannot be opened.
            ConfigError: lxml or mt-940 is not installed.
        """
        statements: list[Statement] = []
        problems: list[InputError] = []
        for label, content in read_each(self.path, self.pattern, connector=_CONNECTOR):
            try:
                if isinstance(content, InputError):
                    raise content
                statements.extend(read_statements(content, source=label))
            except InputError as problem:
                problems.append(problem)
        payments: dict[str, Payment] = {}
        for statement in statements:
            problems.extend(statement.problems)
            for payment in statement.payments:
                payments.setdefault(payment.id, payment)
        return Batch(
            records=tuple(payments.values()),
            problems=tuple(problems),
            complete_until=complete_until(statements),
        )


def read_statements(content: bytes, *, source: str) -> tuple[Statement, ...]:
    """Return the statements in the content of a file.

    Args:
        content: camt.053 or camt.054 in XML, or MT940 as text.
        source: Label of the file.

    Raises:
        InputError: It is none of them.
        ConfigError: lxml or mt-940 is not installed.
    """
    if not content.strip():
        hint = "Ask the bank for the file again"
        raise InputError("is empty", hint=hint, source=source, line=1)
    start = content.removeprefix(_BOM).lstrip()
    if not start.startswith((b"<", *_UTF_16)):
        return read_mt940(_decoded(content), source=source)
    root = parse_xml(content, source=source)
    if CAMT_NAMESPACE.fullmatch(root.namespace):
        return read_camt(root)
    raise root.fault("is no bank statement", "Use camt.053, camt.054 or MT940")


def _decoded(content: bytes) -> str:
    try:
        return content.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError:
        # Every byte is a character here, so a statement never fails for one name in it.
        return content.decode("latin-1")
