"""One financing from quote to cash, told through the public API in this process."""

from dataclasses import replace
from datetime import date
from email import policy
from email.parser import BytesParser
from pathlib import Path
from types import SimpleNamespace

from dunning_sdk.connectors.cii_write import cii_xml
from dunning_sdk.connectors.interface import EligibilityAnswer
from dunning_sdk.domain.event import Stream
from dunning_sdk.domain.financed import fold_financing
from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.money import Money
from dunning_sdk.engine.engine import Engine
from dunning_sdk.financing.lending import Lines
from dunning_sdk.hooks import ConnectorSpec, hookimpl
from dunning_sdk.installation.config import ConnectorConfig, load_config
from dunning_sdk.records.entry import Record
from dunning_sdk.store.opening import open_store
from tests.en16931 import the_story
from tests.engine.installation import CONFIG

QUOTED_ON = date(2026, 2, 10)
ISSUED_ON = date(2026, 3, 2)  # a Monday
DUE_ON = date(2026, 4, 1)
DEBTOR = "D-7"
DRAFT = "DRAFT-1"
IBAN = "FR1420041010050500013M02606"
FINANCIER = "Finance Prompte SAS"


def eur(text):
    """Return an amount in euros."""
    return Money.from_major(text, "EUR")


class Story:
    """One installation and one draft of 12,000.00 EUR; each method is one thing that happens."""

    def __init__(self, folder: Path, *, operator="creditor", kind="full", contract="", store=""):
        for name in ("drafts", "issued"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        text = CONFIG.format(operator=operator)
        text = text.replace("[store]", f'contract_kind = "{kind}"\n\n[store]')
        text += f"\n[contract]\n{contract}\n" if contract else ""
        if store:
            text = text.replace("memory://", store)
        (folder / "dunning.toml").write_text(text, encoding="utf-8")
        config = load_config(folder / "dunning.toml")
        self.folder = folder
        opened = open_store(config.store_url, tenant=config.tenant, secret="no secret here")
        self.engine = Engine(config, opened)

    def tell(self, kind, subject=DRAFT, on=ISSUED_ON, **values):
        """Record one thing and return what was said."""
        return self.engine.record(Record(kind=kind, on=on, subject=subject, values=values))

    def cover(self, available="8000.00", limit="15000.00", on=ISSUED_ON):
        """Let the financier answer."""
        return self.tell("credit-line", DEBTOR, on, limit=eur(limit), available=eur(available))

    def sign(self, number="Q-1", on=QUOTED_ON, **over):
        """Let the debtor sign the quote."""
        values = {
            "debtor": DEBTOR,
            "amount": eur("12000.00"),
            "signed_on": QUOTED_ON,
            "terms_allow_financing": True,
            "work_starts_on": date(2026, 2, 23),
            "country": "FR",
        }
        return self.tell("quote", number, on, **(values | over))

    def draft(self, number=DRAFT, **over):
        """Put a draft where the source finds it."""
        fields = {"number": number, "order_reference": "Q-1", "contract_reference": ""}
        invoice = replace(the_story(), **(fields | over))
        (self.folder / "drafts" / f"{number}.xml").write_bytes(cii_xml(invoice))
        return invoice

    def issued(self, number="L-1", **over):
        """Put an issued invoice where the source finds it."""
        fields = {"number": number, "order_reference": "Q-1", "contract_reference": ""}
        invoice = replace(the_story(), **(fields | over))
        (self.folder / "issued" / f"{number}.xml").write_bytes(cii_xml(invoice))

    def finance(self, on=ISSUED_ON):
        """Pull, propose, approve everything and execute; return the report."""
        self.engine.pull(as_of=on)
        proposal = self.engine.propose(as_of=on)
        self.engine.approve(proposal.id, by="Jeanne")
        return self.engine.execute(proposal.id)

    def to_submitted(self, available="12000.00"):
        """Quote, sign, invoice, decide and submit."""
        self.cover(available)
        self.sign()
        self.draft()
        self.finance()
        return self

    def to_confirmed(self, available="12000.00"):
        """Go on until the debtor confirmed."""
        self.to_submitted(available)
        contract = self.engine.config.contract_kind
        self.tell("confirmed" if contract == "full" else "accepted", on=date(2026, 3, 4))
        return self

    def to_paid_out(self, available="12000.00"):
        """Go on until the financier paid out."""
        self.to_confirmed(available)
        self.tell("paid-out", on=date(2026, 3, 6))
        return self

    @property
    def financing(self):
        """Return the financing as it stands."""
        return self.of(DRAFT)

    def of(self, name):
        """Return any financing as it stands."""
        with self.engine.store.begin() as session:
            return fold_financing(session.events(Stream(kind="financing", id=name)))

    @property
    def state(self):
        """Return the word of its state."""
        return self.financing.state.value

    @property
    def line(self):
        """Return available, in use and withheld, in major units; they add up to the limit."""
        with self.engine.store.begin() as session:
            line = Lines(session, as_of=ISSUED_ON).state(DEBTOR).line
        assert line.limit == line.available + line.in_use + line.withheld
        return tuple(int(one.major) for one in (line.available, line.in_use, line.withheld))

    def receivable(self, key=""):
        """Return a receivable's state; the financed one if none is named."""
        wanted = key or self.financing.receivable_id
        with self.engine.store.begin() as session:
            return session.receivable(wanted).receivable

    def waits(self, as_of):
        """Return the kinds of what waits for a person."""
        return [item.kind for item in self.engine.review(as_of=as_of)]

    def mails(self):
        """Return every mail: address it goes to, subject, text."""
        found = []
        for path in sorted((self.engine.config.out_folder / "mail").glob("*.eml")):
            mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            body = mail.get_body(("plain",)).get_content()
            found.append((mail["To"].addresses[0].addr_spec, mail["Subject"], body))
        return found


def covered(available, limit="15000"):
    """Return an answer that covers a debtor."""
    line = CreditLine(
        debtor_id=DEBTOR,
        financier_id="F-1",
        limit=eur(limit),
        in_use=eur(limit) - eur(available),
        withheld=eur("0"),
    )
    return EligibilityAnswer(eligible=True, credit_line=line, reference="answer-7")


def with_financier(folder, financier):
    """Return the story of a creditor whose financier has a connector."""
    story = Story(folder)

    @hookimpl
    def dunning_register_connectors():
        build = lambda options, around: financier  # noqa: E731  # one line says it
        return [ConnectorSpec(capability="financier", name="told", build=build)]

    config = story.engine.config.model_copy(update={"financier": ConnectorConfig(connector="told")})
    plugin = SimpleNamespace(dunning_register_connectors=dunning_register_connectors)
    story.engine = type(story.engine)(config, story.engine.store, plugins=[plugin])
    return story
