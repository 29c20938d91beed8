"""Where the recovery of one receivable stands on a day: what hosts and the command line ask."""

from dataclasses import dataclass
from datetime import date

from dunning_sdk.debtors.letters import Letter, letters_of, proofs_of
from dunning_sdk.decisions.recovery_view import Recovery
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.engine.engine import Engine
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.records.kept_file import KeptFile, content_of
from dunning_sdk.recovery.recovering import recovery, state_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A file kept about a receivable, with its bytes.

    Attributes:
        kept: What it came with, and its hash.
        file: Name, media type and bytes.
    """

    kept: KeptFile
    file: Attachment


def recovery_on(engine: Engine, receivable_id: str, *, as_of: date) -> Recovery:
    """Return where the recovery of a receivable stands on a day.

    Args:
        engine: Of the tenant.
        receivable_id: Which.
        as_of: The day; what was recorded later is unseen.

    Raises:
        RecordNotFoundError: No such receivable by that day.
    """
    with engine.store.begin() as session:
        decider = Decider(engine.config, engine.library, session=session, as_of=as_of)
        return recovery(session, decider, state_on(session, receivable_id, as_of))


def letters_on(engine: Engine, receivable_id: str, *, as_of: date) -> tuple[Letter, ...]:
    """Return what became of the letters about a receivable, oldest first.

    Args:
        engine: Of the tenant.
        receivable_id: Which.
        as_of: The day; what was recorded later is unseen.

    Raises:
        RecordNotFoundError: No such receivable by that day.
    """
    with engine.store.begin() as session:
        return letters_of(session, state_on(session, receivable_id, as_of), as_of=as_of)


def proofs_on(engine: Engine, receivable_id: str, *, as_of: date) -> tuple[Proof, ...]:
    """Return every file kept about the letters and the recovery of a receivable.

    Args:
        engine: Of the tenant.
        receivable_id: Which.
        as_of: The day; what came later is left out.

    Raises:
        RecordNotFoundError: No such receivable by that day, or its debtor was erased.
    """
    with engine.store.begin() as session:
        kept = proofs_of(session, state_on(session, receivable_id, as_of))
        return tuple(
            Proof(kept=one, file=content_of(session, one)) for one in kept if one.on <= as_of
        )
