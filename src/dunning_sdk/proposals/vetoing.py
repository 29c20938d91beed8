"""Plugins may keep a notice back: each is asked by name, and its answer is kept with its name.

A veto forbids for the day; it never raises a level and never changes an amount. What a veto is
made of is left to the plugin.
"""

from dataclasses import replace
from datetime import date
from typing import Final

from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.plugins import Plugins
from dunning_sdk.rules.step import Action
from dunning_sdk.rules.trace import TraceEntry

HOOK: Final = "dunning_veto_notice"


def ask_plugins(decision: StepDecision, plugins: Plugins, as_of: date) -> StepDecision:
    """Return the decision with every plugin heard, denied where one of them says so.

    Args:
        decision: Only a notice that is due is asked about; any other comes back as it is.
        plugins: All are asked, and all that veto are in the reasons.
        as_of: Day the notice would leave.

    Raises:
        HookError: A plugin raised, or answered something else than a reason id.

    Source:
        House rule: when in doubt, do not dun.
    """
    step = decision.step
    if decision.outcome is not Outcome.DUE or step is None or step.action is not Action.NOTICE:
        return decision
    vetoes = plugins.answers(
        HOOK,
        receivable_ids=(decision.receivable_id,),
        step_id=step.id,
        template=step.template,
        channel=decision.channels[0] if decision.channels else "",
        legal_effect=step.legal_effect,
        as_of=as_of,
    )
    reasons: list[str] = []
    trace = list(decision.trace)
    for name, answer in vetoes:
        if not isinstance(answer, str) or not answer.strip():
            raise plugins.refused(name, HOOK, "its answer is neither a reason id nor None")
        reasons.append(f"plugin:{name}:{answer}")
        outcome = {"allow": False, "reason": answer}
        trace.append(TraceEntry(rule="", plugin=name, inputs={"step.id": step.id}, outcome=outcome))
    if not reasons:
        return decision
    return replace(decision, outcome=Outcome.DENIED, reasons=tuple(reasons), trace=tuple(trace))
