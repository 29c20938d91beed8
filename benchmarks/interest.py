"""Time statements of late interest, beside a plain loop that adds day by half-year in Decimal.

Claims are made up from a seed: ten regimes, dates from 2022 to 2026, up to two payments along the
way, so that a statement has 2 to 6 segments. Both sides read the same shipped law; every total is
compared with that of the plain loop.

    python benchmarks/interest.py --statements 100000
"""

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from dunning_sdk.domain.money import Money
from dunning_sdk.installation.statutes import load_statutes
from dunning_sdk.law.claim import Claim, PartPayment
from dunning_sdk.law.interest import late_interest, regime_of
from dunning_sdk.law.rate import rate_of
from dunning_sdk.law.statement import Statement

REGIMES = (
    ("FR", "business"), ("FR", "public"), ("DE", "business"), ("DE", "consumer"),
    ("BE", "business"), ("NL", "business"), ("ES", "business"), ("IT", "business"),
    ("PT", "other-commercial"), ("UK", "business"),
)  # fmt: skip
FIXED = {("FR", "public"): 1, ("UK", "business"): 0}


def make_claims(count: int, seed: int) -> list[Claim]:
    """Return claims that give 2 to 6 segments each."""
    source = random.Random(seed)
    claims = []
    while len(claims) < count:
        jurisdiction, regime = source.choice(REGIMES)
        due_on = date(2022, 1, 1) + timedelta(days=source.randrange(1400))
        until_on = due_on + timedelta(days=source.randrange(180, 700))
        claim = Claim(
            jurisdiction=jurisdiction,
            regime=regime,
            principal=Money(source.randrange(10_000, 5_000_000), "EUR"),
            due_on=due_on,
            until_on=min(until_on, date(2026, 10, 1)),
            payments=tuple(
                PartPayment(
                    on=due_on + timedelta(days=source.randrange(170)),
                    amount=Money(source.randrange(100, 4_000), "EUR"),
                )
                for _ in range(source.randrange(3))
            ),
        )
        if 2 <= cuts(claim) <= 6:
            claims.append(claim)
    return claims


def cuts(claim: Claim) -> int:
    """Return how many segments a claim will have: half-years, cut where a payment came."""
    first = claim.due_on + timedelta(days=1)
    halves = 2 * (claim.until_on.year - first.year) + 1
    halves += (claim.until_on.month > 6) - (first.month > 6)
    ends = {date(year, month, 30 if month == 6 else 31) for year in range(2022, 2027)
            for month in (6, 12)}  # fmt: skip
    inside = {payment.on for payment in claim.payments if claim.due_on < payment.on}
    return halves + len(inside - ends - {claim.until_on})


def plain_total(claim: Claim, yearly: Callable[[Claim, date], Decimal]) -> int:
    """Return the interest by the plainest loop there is: a Decimal for each run of days."""
    fixed = FIXED.get((claim.jurisdiction, claim.regime))
    fixed_on = None if fixed is None else claim.due_on + timedelta(days=fixed)
    principal, exact, paid = Decimal(claim.principal.minor), Decimal(0), Decimal(0)
    day, last = claim.due_on + timedelta(days=1), claim.until_on
    stops = sorted((payment.on, payment.amount.minor) for payment in claim.payments)
    for stop, amount in [*stops, (last, 0)]:
        while day <= stop:
            half_end = date(day.year, 6, 30) if day.month < 7 else date(day.year, 12, 31)
            end = min(half_end, stop)
            days = (end - day).days + 1
            exact += principal * yearly(claim, fixed_on or day) * days / 365
            day = end + timedelta(days=1)
        due = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP) - paid
        paid += min(due, amount)
        principal -= max(0, amount - due)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def summary(statement: Statement) -> tuple[int, int]:
    """Return what is kept of a statement: its segments and its total."""
    return len(statement.segments), statement.total.minor


def main() -> None:
    """Run one measurement and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--statements", type=int, default=100_000)
    options = parser.parse_args()
    statutes = load_statutes()
    claims = make_claims(options.statements, options.seed)

    def yearly(claim: Claim, on: date) -> Decimal:
        rule = regime_of(statutes, claim)
        return rate_of(statutes, rule, on, contract_on=claim.due_on).yearly

    started, cpu = time.perf_counter(), time.process_time()
    made = [summary(late_interest(statutes, claim)) for claim in claims]
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
    started, cpu = time.perf_counter(), time.process_time()
    plain = [plain_total(claim, yearly) for claim in claims]
    plain_seconds, plain_cpu = time.perf_counter() - started, time.process_time() - cpu
    pairs = zip(made, plain, strict=True)
    found = {
        "statements": len(made),
        "segments": Counter(segments for segments, _ in made),
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu_seconds, 3),
        "plain_loop_seconds": round(plain_seconds, 3),
        "plain_loop_cpu_seconds": round(plain_cpu, 3),
        "totals_that_differ": sum(total != other for (_, total), other in pairs),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    json.dump(found, sys.stdout, indent=2, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
