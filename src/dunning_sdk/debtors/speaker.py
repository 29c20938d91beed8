"""In whose name a debtor is spoken to outside of notices: on pages, and in answers to his replies.

Source:
    S4-12: under a confidential contract nothing names the assignee.
"""

from dunning_sdk.decisions.discretion import is_named, secrets_of
from dunning_sdk.domain.party import Party
from dunning_sdk.errors import ConfigError
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.contracts import contract_in_force
from dunning_sdk.store.interface import Session


def is_told(session: Session, config: Config, debtor_id: str) -> bool:
    """Tell whether a debtor knows of an assignment: one of what he owes was assigned openly."""
    kinds = {
        row.receivable.contract_kind
        for row in session.receivables(debtor_id=debtor_id)
        if row.receivable.is_financed
    }
    return any(contract_in_force(config, kind).debtor_told for kind in kinds)


def speaker_of(session: Session, config: Config, debtor_id: str) -> Party:
    """Return the operator, or the creditor where a debtor may not know of the operator.

    Raises:
        ConfigError: The creditor would have to speak, and is not among the parties.
    """
    is_secret = config.operator == "financier" and not is_told(session, config, debtor_id)
    actor = "creditor" if is_secret else config.operator
    party = config.party(actor)
    if party is None:
        message = f"The {actor} speaks to this debtor, but [parties.{actor}] is missing"
        raise ConfigError(message, hint="Add that section to dunning.toml, with id and name.")
    return party


def is_indiscreet(session: Session, config: Config, debtor_id: str, *texts: str) -> bool:
    """Tell whether a text names an assignee the debtor was not told of."""
    financier = config.party("financier")
    if financier is None or not is_named(secrets_of(financier), texts):
        return False
    return not is_told(session, config, debtor_id)
