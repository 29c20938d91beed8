"""Where the money for a receivable goes: whose account, under which name.

Decides one thing for notices and pages alike: the document's own account, else the payee's.
"""

from dataclasses import dataclass

from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.domain.party import BankAccount, Party
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import ConfigError
from dunning_sdk.installation.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidTo:
    """Where to pay.

    Attributes:
        payee: Who is paid; ``None`` for the creditor.
        account: Where to; ``None`` where no account is known.
    """

    payee: Party | None
    account: BankAccount | None


def paid_to(config: Config, receivable: Receivable, invoice: Invoice) -> PaidTo:
    """Return where the money for a receivable goes.

    A receivable that was handed back is paid to the creditor, whatever its document says.

    Raises:
        ConfigError: The payee is not among the parties.
    """
    payee = config.party(receivable.payee)
    own = payee.accounts if payee else ()
    is_back = invoice.payee is not None and receivable.payee == "creditor"
    accounts = own if is_back else invoice.accounts or own
    named = None if receivable.payee == "creditor" else party_of(config, receivable.payee)
    return PaidTo(payee=named, account=accounts[0] if accounts else None)


def party_of(config: Config, actor: str) -> Party:
    """Return the party that plays an actor.

    Raises:
        ConfigError: It is missing; names the section.
    """
    party = config.party(actor)
    if party is None:
        message = f"The mandate names the {actor}, but [parties.{actor}] is missing"
        raise ConfigError(message, hint="Add that section to dunning.toml, with id and name.")
    return party
