"""Make up receivables with years of reminders behind them."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from dunning_sdk.domain.receivable import ActRecord, ActStatus
from tests.portfolio.portfolios import AS_OF, changed, some_entry


def an_entry(book, *, overdue, done=(), late=None, step="weekly", every=7, first=7, **over):
    """Return a receivable of which some occurrences of a step were done on their days.

    Args:
        book: Its one procedure is followed.
        overdue: Days.
        done: Numbers of the occurrences.
        late: Days after the due date on which it was first seen; at the start if none.
        step: Which.
        every: Days from one to the next.
        first: Days from the due date to the first.
        over: What else is otherwise.
    """
    (procedure,) = book.procedures.values()
    due_on = AS_OF - timedelta(days=overdue)
    issued_on = due_on - timedelta(days=30)
    began = issued_on if late is None else due_on + timedelta(days=late)
    (own,) = (one for one in procedure.steps if one.id == step)
    acts = tuple(
        ActRecord(
            act_id=f"{number}",
            step_id=step,
            procedure_id=procedure.id,
            level=own.level,
            cycle=1,
            occurrence=number,
            legal_effect=own.legal_effect,
            is_notice=True,
            status=ActStatus.DONE,
            on=due_on + timedelta(days=first + every * (number - 1)),
        )
        for number in done
    )
    entry = some_entry(Random(1), book, is_plain=True)
    given = {"issued_on": issued_on, "due_on": due_on, "financier_id": "", "contract_kind": ""}
    given |= {"entered_on": began, "cycle_started_on": began, "acts": acts} | over
    return changed(replace(entry, event_on=None), **given)
