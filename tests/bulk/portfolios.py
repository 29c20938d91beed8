"""An installation whose portfolio is kept as columns, on SQLite or PostgreSQL."""

from contextlib import contextmanager
from datetime import date

from dunning_sdk.bulk.generator import blocks
from dunning_sdk.bulk.ledger import ACT_COLUMNS, opened
from dunning_sdk.bulk.loading import Loader
from dunning_sdk.engine.engine import Engine
from dunning_sdk.store.schema_portfolio import portfolio_acts
from tests.toml import dunning_toml

AS_OF = date(2026, 3, 2)
SECRET = "a secret of tests, long enough"


def install(folder, url="sqlite:///dunning.sqlite", **top):
    """Write the configuration of a financier who follows the book `fast-payment`."""
    top = {"tenant": "bank", "operator": "financier", "book": "fast-payment"} | top
    text = dunning_toml(parties=("creditor", "financier"), **top)
    text += f'\n[store]\nurl = "{url}"\nsecret_file = "key"\n\n[law]\ntransfer = "assignment"\n'
    (folder / "dunning.toml").write_text(text, encoding="utf-8")
    (folder / "key").write_text(SECRET, encoding="ascii")
    return folder


@contextmanager
def an_engine(folder, url="sqlite:///dunning.sqlite", **top):
    """Open an engine on a fresh installation, its payments known up to the day."""
    with Engine.open(install(folder, url, **top)) as engine:
        with engine.store.begin() as session:
            session.put_setting("payments_known_on", AS_OF.isoformat())
        yield engine


def fill(engine, rows, *, seed=1, done=True):
    """Load a made-up portfolio on which the book's procedure was run every day so far."""
    (procedure,) = engine.library.load("fast-payment").procedures.values()
    made = blocks(rows, seed=seed, as_of=AS_OF, procedure=procedure if done else None)
    return Loader(engine, AS_OF).load_blocks(made)


def acts_of(engine):
    """Return all acts that are kept, by their ids, without the run they come from."""
    with opened(engine.store) as ledger:
        query = portfolio_acts.select().where(portfolio_acts.c.tenant == ledger.tenant)
        rows = ledger.handle.rows(query)
    named = [dict(zip(ACT_COLUMNS, row, strict=True)) for row in rows]
    acts = {row["act_id"]: {k: v for k, v in row.items() if k != "run_id"} for row in named}
    assert len(acts) == len(rows)
    return acts
