"""In whose name the portal speaks to a debtor, and that it names nobody it must not.

Source:
    S4-12: under a confidential contract nothing names the assignee.
"""

from dunning_sdk.decisions.discretion import is_named, secrets_of
from dunning_sdk.domain.party import Party
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import DomainError
from dunning_sdk.installation.contracts import contract_in_force


def is_told(engine: Engine, debtor_id: str) -> bool:
    """Tell whether a debtor knows of an assignment: one of what he owes was assigned openly."""
    with engine.store.reading() as session:
        kinds = {
            row.receivable.contract_kind
            for row in session.receivables(debtor_id=debtor_id)
            if row.receivable.is_financed
        }
    return any(contract_in_force(engine.config, kind).debtor_told for kind in kinds)


def speaker_of(engine: Engine, debtor_id: str) -> Party:
    """Return in whose name pages are: the operator, or the creditor where he may not be named."""
    config = engine.config
    if config.operator == "financier" and not is_told(engine, debtor_id):
        creditor = config.party("creditor")
        if creditor is None:
            raise DomainError("Nobody may be named to this debtor", hint="Add [parties.creditor].")
        return creditor
    operator = config.party(config.operator)
    if operator is None:  # refused when the file was read
        raise DomainError("There is no operator", hint="Add its section to dunning.toml.")
    return operator


def check_discreet(engine: Engine, debtor_id: str, page: str) -> None:
    """Refuse a page that names an assignee the debtor was not told of.

    Raises:
        DomainError: It does; who is not repeated.
    """
    financier = engine.config.party("financier")
    if financier is None or not is_named(secrets_of(financier), (page,)):
        return
    if not is_told(engine, debtor_id):
        message = "A page would name an assignee the debtor was not told of"
        raise DomainError(message, hint="Look at the names on his invoices.")
