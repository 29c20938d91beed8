"""Signed links of debtors, as programs above the engine make, read and revoke them.

Decides nothing of its own: a link is made and judged where notices are written
(`debtors.portal_access`), which lies below the engine.
"""

from datetime import date

from dunning_sdk.debtors.portal_access import check_known, debtor_of, link_for, revoke_links
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import ConfigError


def portal_link(engine: Engine, debtor_id: str, *, as_of: date) -> str:
    """Return the address under which one debtor sees his own receivables.

    Args:
        engine: Of the tenant.
        debtor_id: Whose.
        as_of: Day it is made; it leads in for ``[portal] link_days`` from here.

    Raises:
        ConfigError: There is no portal, or no secret to sign by.
        RecordNotFoundError: Nothing is known of such a debtor.
    """
    with engine.store.reading() as session:
        check_known(session, debtor_id)
        link = link_for(session, engine.config, debtor_id, as_of=as_of)
    if not link:
        message = "There is no portal to link to"
        raise ConfigError(message, hint="Add [portal] url = … to dunning.toml.")
    return link


def debtor_of_link(engine: Engine, token: str, *, on: date) -> str:
    """Return the id of the debtor a link is of.

    Args:
        engine: Of the tenant whose portal was asked.
        token: Last part of the address.
        on: The day.

    Raises:
        UnknownCallerError: It is tampered with, of another tenant, expired or revoked.
    """
    with engine.store.reading() as session:
        return debtor_of(session, engine.config, token, on=on)


def revoke(engine: Engine, debtor_id: str, *, on: date) -> None:
    """Have none of the links a debtor was sent lead in any more.

    Raises:
        RecordNotFoundError: Nothing is known of such a debtor.
    """
    with engine.store.begin() as session:
        revoke_links(session, debtor_id, on=on)
