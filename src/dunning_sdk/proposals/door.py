"""The last check before a channel is called: the contract of what a message is about.

Reads what attached files say, as far as they can be read, and asks `decisions.discretion`. A
message that breaks the contract does not leave; a person is asked.
"""

import io
from collections.abc import Callable, Iterable, Iterator

from dunning_sdk.decisions.discretion import NAMES_ASSIGNEE, breach_of, secrets_of
from dunning_sdk.domain.notice import Attachment, Message
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import ConfigError, DomainError
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.contracts import contract_in_force
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.proposals.deciding import Decider

_PDF = b"%PDF-"
_TEXTS = ("text/", "application/xml", "application/json")


class Doorkeeper:
    """Holds messages to the contract of their receivables.

    Args:
        config: Whose contract, and who the financier is.
        wiring: Where the words of the mention come from.
    """

    def __init__(self, config: Config, wiring: Wiring) -> None:
        self._config = config
        self._wiring = wiring

    def check(
        self,
        message: Message,
        receivables: Iterable[Receivable],
        *,
        is_told: Callable[[Receivable], bool] | None = None,
        to_debtor: bool = True,
    ) -> None:
        """Refuse a message that says what it must not, or leaves out what it must say.

        Args:
            message: As the channel would get it.
            receivables: What it is about.
            is_told: Whether the debtor of a financed receivable was told of the assignment;
                by its contract where not given.
            to_debtor: Whether he is written to; another need not read the mention.

        Raises:
            DomainError: It does; the message does not repeat what must stay unnamed.
            ConfigError: A file cannot be looked into, since an extra is not installed.
        """
        financier = self._config.party("financier")
        financed = [one for one in receivables if one.is_financed]
        if financier is None or not financed:
            return
        told = [(is_told or self._is_told)(one) for one in financed]
        secrets = () if all(told) else secrets_of(financier)
        mention = self._mention(message, financier) if any(told) and to_debtor else ""
        found = breach_of(
            message,
            secrets=secrets,
            mention=mention,
            files=_files(message) if secrets else (),
        )
        if found:
            raise _refusal(found, financed[0])

    def _is_told(self, receivable: Receivable) -> bool:
        return contract_in_force(self._config, receivable.contract_kind).debtor_told

    def _mention(self, message: Message, financier: Party) -> str:
        words = self._wiring.composer.renderer.language(message.language).words
        return words["assignment_mention"].replace("{assignee}", financier.name)


def is_told(decider: Decider, receivable: Receivable) -> bool:
    """Tell whether the mandate decided for a receivable has its debtor told."""
    mandate = decider.decide_one(receivable.id).decision.mandate
    return mandate is not None and mandate.debtor_told


def _refusal(found: str, receivable: Receivable) -> DomainError:
    contract = f"{receivable.contract_kind or 'full'} contract of receivable {receivable.id}"
    if found == NAMES_ASSIGNEE:
        return DomainError(
            f"{found}: under the {contract} the debtor is not told of the assignment",
            hint="Look for the assignee in the template, the payee, the account and the files.",
        )
    return DomainError(
        f"{found}: under the {contract} every message tells of the assignment",
        hint="Place block.payment in the template, or assignment_mention itself.",
    )


def _files(message: Message) -> Iterator[str]:
    """Yield what attached files say; the letter itself was made of the text that is checked."""
    for attachment in message.attachments:
        if attachment.content.startswith(_PDF):
            yield from _pdf_texts(attachment)
        elif attachment.media_type.startswith(_TEXTS):
            yield attachment.content.decode("utf-8", errors="replace")


def _pdf_texts(attachment: Attachment) -> Iterator[str]:
    """Yield the pages of a PDF, and the files within it, such as a Factur-X invoice."""
    try:
        from pypdf import PdfReader
    except ImportError as problem:
        message = f"{attachment.name} cannot be looked into without pypdf"
        hint = 'Run: pip install "dunning-sdk[einvoice]"'
        raise ConfigError(message, hint=hint) from problem
    try:
        reader = PdfReader(io.BytesIO(attachment.content))
        pages = [page.extract_text() for page in reader.pages]
        within = [part for parts in reader.attachments.values() for part in parts]
    except Exception as problem:  # a damaged PDF makes pypdf raise almost anything
        raise DomainError(
            f"{attachment.name} cannot be looked into", hint="Leave it out, or mend the file."
        ) from problem
    yield from pages
    yield from (content.decode("utf-8", errors="replace") for content in within)
