"""Payment terms checked against the law when an invoice comes in or is made.

A finding, never a refusal: the cap that governs depends on goods and on what was agreed, which a
person knows.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.errors import ConfigError, LawError, nearest_names
from dunning_sdk.installation.config import Config
from dunning_sdk.law.statutes import Statutes
from dunning_sdk.law.terms import Cap, governing_caps, sectors_of
from dunning_sdk.law.wording import mark
from dunning_sdk.store.interface import ReviewItem, Session

TERMS_TOO_LONG: Final = "terms-too-long"


def terms_finding(
    statutes: Statutes, invoice: Invoice, due_on: date, *, home: str, sector: str = ""
) -> tuple[Cap, bool] | None:
    """Return the cap that payment terms go beyond, and whether another might allow them.

    Args:
        statutes: What is known of the law.
        invoice: Between businesses; of others nothing is said.
        due_on: As it stands on the invoice, or follows from the terms configured.
        home: Country of the creditor, whose law is asked where the debtor's is unknown.
        sector: Whose own caps replace the general ones; empty for those.

    Returns:
        ``None`` where the terms keep to the cap that surely governs, or no law is known.

    Source:
        Code de commerce, article L441-10 I (60 days; 45 days end of month if agreed) and L441-11
        for the sectors; Directive 2011/7/EU, article 3(5).
    """
    if not invoice.debtor.is_company:
        return None
    code = invoice.debtor.country or home
    caps = _caps(statutes, code, invoice.issued_on, invoice.delivered_on, sector)
    plain = next((cap for cap in caps if cap.method is None), next(iter(caps), None))
    if plain is None or due_on <= plain.latest_on:
        return None
    longest = caps[-1]
    return (plain, True) if due_on <= longest.latest_on else (longest, False)


def note_terms(session: Session, key: str, invoice: Invoice, config: Config) -> list[str]:
    """Put a question where payment terms go beyond a cap, once for each document.

    Args:
        session: Open transaction.
        key: Receivable, or draft.
        invoice: The document.
        config: Whose terms count where the document states none.

    Raises:
        ConfigError: No law has payment terms for the sector configured.

    Returns:
        The finding as one line; nothing where there is none, or it was put already.
    """
    due_on = invoice.due_on or invoice.issued_on + timedelta(days=config.payment_days)
    creditor = config.party("creditor")
    home = creditor.country if creditor else ""
    found = terms_finding(
        config.law.statutes(),
        invoice,
        due_on,
        home=home,
        sector=_sector(config, invoice.debtor.id),
    )
    if found is None or session.setting(f"{TERMS_TOO_LONG}:{key}"):
        return []
    session.put_setting(f"{TERMS_TOO_LONG}:{key}", True)
    cap, might = found
    id = cap.parameter.id
    if might:
        why = f"only a term to the end of a month, expressly agreed, may be longer than {id} allows"
    else:
        why = f"no rule that is known to govern it allows more ({id})"
    session.put_review(
        ReviewItem(
            id=f"{TERMS_TOO_LONG}:{key}",
            kind=TERMS_TOO_LONG,
            subject=key,
            opened_on=invoice.issued_on,
            detail={
                "due_on": due_on.isoformat(),
                "latest_due_on": cap.latest_on.isoformat(),
                "parameter": id,
                "source": cap.value.source,
                "confidence": mark(cap.value.confidence),
                "might_be_agreed": might,
            },
        )
    )
    return [
        f"{key} is due on {due_on}, after {cap.latest_on}: {why}; {cap.value.source}, "
        f"confidence {mark(cap.value.confidence)}"
    ]


def _sector(config: Config, debtor_id: str) -> str:
    """Return the sector an invoice belongs to; empty for the general caps.

    Raises:
        ConfigError: No jurisdiction has caps for it.
    """
    sector = config.law.sectors.get(debtor_id, config.law.sector)
    if not sector:
        return ""
    known = _sectors(config.law.statutes())
    if sector not in known:
        near = nearest_names(sector, known)
        hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(sorted(known))}."
        raise ConfigError(f"No law has payment terms for the sector {sector!r}", hint=hint)
    return sector


@lru_cache(maxsize=8)
def _sectors(statutes: Statutes) -> frozenset[str]:
    """Return the sectors that some jurisdiction has caps for."""
    return frozenset(name for code in statutes.jurisdictions for name in sectors_of(statutes, code))


@lru_cache(maxsize=4096)
def _caps(
    statutes: Statutes, code: str, issued_on: date, delivered_on: date | None, sector: str
) -> tuple[Cap, ...]:
    try:
        return governing_caps(statutes, code, issued_on, delivered_on=delivered_on, sector=sector)
    except LawError:
        return ()
