"""Every parameter of time limits, terms, limitation and recovery is read by the program."""

from collections.abc import Mapping
from datetime import date

from dunning_sdk.decisions.recovery import to_know
from dunning_sdk.decisions.recovery_limits import LIMITS
from dunning_sdk.decisions.recovery_view import DISTANCES
from dunning_sdk.law.clock import Cause, ClockEvent
from dunning_sdk.law.limitation import TITLE, regimes, run_clock
from dunning_sdk.law.statutes import Statutes
from dunning_sdk.law.terms import caps_of, moved_due_on
from tests.law.build import STATUTES

TOPICS = {"attachment", "insolvency", "limitation", "merits", "payment-order", "payment-terms",
          "small-claims", "time-limits"}  # fmt: skip
ON = date(2026, 9, 2)


class Watched(Mapping):
    """The parameters, remembering which were asked for."""

    def __init__(self, known):
        self.known, self.read = known, set()

    def __getitem__(self, id):
        self.read.add(id)
        return self.known[id]

    def __contains__(self, id):
        return id in self.known

    def __iter__(self):
        return iter(self.known)

    def __len__(self):
        return len(self.known)


def watched():
    """Return statutes that remember what is asked for by id, and what of them was."""
    known = Watched(dict(STATUTES.parameters))
    return Statutes(parameters=known), known


def everything(code, statutes):
    """Ask all that can be asked of one jurisdiction; yield the ids that came back."""
    yield from (cap.parameter.id for cap in caps_of(statutes, code, ON))
    yield from (parameter.id for parameter, _ in to_know(statutes, code, ON))
    moved_due_on(statutes, code, ON)
    titles = [id for id in [f"{code}.limitation.{TITLE}"] if id in STATUTES.parameters]
    for is_company in (True, False):
        for id in [*(one.id for one in regimes(statutes, code, is_company=is_company)), *titles]:
            events = [ClockEvent(cause=cause, on=ON, until_on=ON, lasts=True) for cause in Cause]
            run_clock(statutes, id, ON, events)
            yield id
    # What the table of time limits names; that each is computed is tested with the table.
    for rule in (rule for rules in LIMITS.values() for rule in rules):
        yield f"{code}.{rule.name}"
        yield f"{code}.{rule.abroad}"
    yield from (f"{code}.time-limits.distance-{distance}" for distance in DISTANCES)
    yield f"{code}.time-limits.rolls"


def test_every_parameter_of_these_topics_is_read():
    statutes, seen = watched()
    asked = {id for code in STATUTES.jurisdictions for id in everything(code, statutes)}
    ours = {item.id for item in STATUTES.parameters.values() if item.topic in TOPICS}

    assert sorted(ours - asked - seen.read) == []
