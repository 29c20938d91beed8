"""What the host shows of dunning: why an invoice is chased or not, and a promise to pay."""

from datetime import date

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dunning_sdk import Record
from dunning_sdk.errors import DunningError
from invoicing.dunning import open_engine


def _on(request):
    """Return the day a request is about: today, but for one who tries the example out."""
    asked = request.GET.get("as_of")
    return date.fromisoformat(asked) if asked else timezone.localdate()


def _refused(problem):
    status = 404 if problem.code == "store.record-not-found" else 400
    return JsonResponse(
        {"code": problem.code, "message": problem.message, "hint": problem.hint}, status=status
    )


@require_GET
def invoice(request, number):
    """Say what is open of an invoice, what comes next, and why."""
    with open_engine() as engine:
        try:
            why = engine.explain(number, as_of=_on(request))
        except DunningError as problem:
            return _refused(problem)
    return JsonResponse(
        {
            "outcome": why.outcome,
            "open": str(why.open_amount),
            "next_step": why.step_id,
            "act_on": why.act_on and why.act_on.isoformat(),
            "reasons": list(why.reasons.values()),
        }
    )


@require_POST
def promise(request, number):
    """Take a debtor's promise to pay by a day."""
    on = _on(request)
    with open_engine() as engine:
        try:
            until = date.fromisoformat(request.POST["until"])
            said = engine.record(
                Record(kind="promised", subject=number, on=on, values={"until_on": until})
            )
        except DunningError as problem:
            return _refused(problem)
        except (KeyError, ValueError):
            return JsonResponse({"message": "until is no day", "hint": "Give until=2026-03-20"},
                                status=400)  # fmt: skip
    return JsonResponse({"recorded": said})


@require_GET
def review(request):
    """List what waits for a person."""
    with open_engine() as engine:
        waiting = engine.review(as_of=_on(request))
    return JsonResponse({"waiting": [{"what": one.kind, "about": one.subject} for one in waiting]})
