"""Which day may be run: in mode ``live`` only today, and never a day before the last run."""

from datetime import date

from dunning_sdk.errors import DomainError
from dunning_sdk.installation.config import Config
from dunning_sdk.store.interface import Session


def check_day(config: Config, session: Session, as_of: date) -> None:
    """Refuse a live run for another day than today, or for one before the last run.

    Raises:
        DomainError: Says which day it is, or was.

    Source:
        House rule (ARCHITECTURE section 6, Mode).
    """
    if config.mode != "live":
        return
    if as_of != config.today():
        message = f"Mode live sends on the day itself: {as_of} is not today, {config.today()}"
        raise DomainError(message, hint='Propose for today, or set mode = "folder".')
    last = session.setting("last_run_on")
    if last and as_of < date.fromisoformat(str(last)):
        message = f"A run for {as_of} would lie before the last one, {last}"
        raise DomainError(message, hint="Run for a later day.")
