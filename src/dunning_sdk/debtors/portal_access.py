"""The way of one debtor into the portal: his link, and revoking every one he has.

Kept in his own sealed record, so that it is erased with him.
"""

from datetime import date, timedelta
from typing import Final

from dunning_sdk.domain.event import NewEvent, Stream
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.portal_link import LinkClaim, no_link, read_link, sign_link
from dunning_sdk.records.mailbag import mapping_of
from dunning_sdk.store.interface import Session

KEPT: Final = "portal"
LINKS_REVOKED: Final = "debtor.links-revoked"
_COUNT: Final = "count"


def link_for(session: Session, config: Config, debtor_id: str, *, as_of: date) -> str:
    """Return the address under which a debtor sees his own receivables; empty without a portal.

    Args:
        session: Open transaction; only read from.
        config: Says where the portal is.
        debtor_id: Whose.
        as_of: The link leads there for ``link_days`` from here.

    Raises:
        ConfigError: There is no secret to sign it by.
    """
    portal = config.portal
    if not portal.url:
        return ""
    last_on = as_of + timedelta(days=portal.link_days)
    claim = LinkClaim(debtor_id=debtor_id, last_on=last_on, count=_count(session, debtor_id))
    token = sign_link(config.portal_key(), config.tenant, claim)
    return f"{portal.url}/portal/{config.tenant}/in/{token}"


def debtor_of(session: Session, config: Config, token: str, *, on: date) -> str:
    """Return whose a link is.

    Raises:
        UnknownCallerError: It is tampered with, of another tenant, expired or revoked.
    """
    claim = read_link(config.portal_key(), config.tenant, token, on=on)
    if claim.count != _count(session, claim.debtor_id) or not _is_known(session, claim.debtor_id):
        raise no_link()
    return claim.debtor_id


def revoke_links(session: Session, debtor_id: str, *, on: date) -> None:
    """Have none of the links a debtor was sent lead in any more.

    Raises:
        RecordNotFoundError: Nothing is known of such a debtor.
    """
    check_known(session, debtor_id)
    kept = mapping_of(dict(session.record(KEPT, debtor_id) or {}))
    count = _count(session, debtor_id) + 1
    session.put_record(KEPT, debtor_id, {**kept, _COUNT: count}, owner=debtor_id)
    stream = Stream(kind="debtor", id=debtor_id)
    session.append([NewEvent(stream=stream, type=LINKS_REVOKED, on=on, header={"count": count})])


def check_known(session: Session, debtor_id: str) -> None:
    """Refuse the id of nobody.

    Raises:
        RecordNotFoundError: Nothing is known of such a debtor.
    """
    if not _is_known(session, debtor_id):
        hint = "Give the id of a debtor, not of a receivable."
        raise RecordNotFoundError(f"There is no debtor {debtor_id}", hint=hint)


def _count(session: Session, debtor_id: str) -> int:
    kept = session.record(KEPT, debtor_id) or {}
    count = kept.get(_COUNT, 0)
    return count if isinstance(count, int) else 0


def _is_known(session: Session, debtor_id: str) -> bool:
    known = session.record("party", debtor_id) or session.receivables(debtor_id=debtor_id)
    return bool(known)
