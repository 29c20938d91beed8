"""A bookkeeper at a real Tryton: one JSON command a line in, one JSON answer a line out.

Runs in a process of its own, since trytond keeps its configuration and pool in the process.
Started as ``python bookkeeper.py CONFIG DATABASE``; the first answer is the key of a validated
user application.
"""

import json
import sys
from datetime import date, timedelta
from decimal import Decimal

from proteus import Model, Wizard
from proteus import config as connection


class Bookkeeper:
    """Keeps the books of one new company, from the start of 2026."""

    def __init__(self, config, database):
        self.connection = connection.set_trytond(database, config_file=config)
        from trytond.modules.account.tests.tools import (
            create_chart,
            create_fiscalyear,
            get_accounts,
        )
        from trytond.modules.account_invoice.tests.tools import set_fiscalyear_invoice_sequences
        from trytond.modules.company.tests.tools import create_company
        from trytond.modules.currency.tests.tools import get_currency

        self.currency = get_currency
        get_currency("USD")
        create_company(currency=get_currency("EUR"))
        (company,) = Model.get("company.company").find()
        company.cancel_invoice_out = True
        company.save()
        create_chart()
        year = create_fiscalyear(today=(date(2026, 1, 1), date(2026, 12, 31)))
        set_fiscalyear_invoice_sequences(year).click("create_period")
        self.accounts = get_accounts()
        (journal,) = Model.get("account.journal").find([("type", "=", "cash")])
        cash = self.accounts["cash"]
        self.method = Model.get("account.invoice.payment.method")(
            name="Bank", journal=journal, credit_account=cash, debit_account=cash
        )
        self.method.save()
        self.terms, self.parties, self.procedure = {}, {}, None

    def application(self):
        """Return the key of a user application for the REST interface."""
        user = Model.get("res.user")(self.connection.user)
        made = Model.get("res.user.application")(application="rest", user=user)
        made.save()
        return made.key

    def levels(self, days):
        """Make the dunning procedure of those delays, for every party."""
        self.procedure = Model.get("account.dunning.procedure")(name="Procedure")
        for place, day in enumerate(days, 1):
            level = self.procedure.levels.new()
            level.sequence, level.overdue = place, timedelta(day)
        self.procedure.save()

    def party(self, name, email="", phone="", number="", lines=(), postal_code="", city=""):
        """Make a party; return its id."""
        party = Model.get("party.party")(name=name, dunning_procedure=self.procedure)
        for type, value in (("email", email), ("phone", phone)):
            if value:
                way = party.contact_mechanisms.new()
                way.type, way.value = type, value
        if number:
            identifier = party.identifiers.new()
            identifier.type, identifier.code = "fr_siren", number
        place = party.addresses[0] if party.addresses else party.addresses.new()
        place.street, place.postal_code, place.city = "\n".join(lines), postal_code, city
        party.save()
        self.parties[name] = party
        return party.id

    def invoice(self, party, issued, amount, terms, currency="EUR"):
        """Post an invoice, due in one or several numbers of days; return its number and id."""
        invoice = Model.get("account.invoice")(
            type="out", party=self.parties[party], payment_term=self._term(tuple(terms)),
            invoice_date=date.fromisoformat(issued), currency=self.currency(currency),
        )  # fmt: skip
        line = invoice.lines.new()
        line.quantity, line.unit_price = 1, Decimal(amount)
        line.account = self.accounts["revenue"]
        invoice.save()
        self._insisting(lambda: invoice.click("post"))
        return {"number": invoice.number, "id": invoice.id}

    def pay(self, id, on, amount):
        """Enter a payment of an invoice, whole or in part."""
        invoice = Model.get("account.invoice")(id)
        pay = Wizard("account.invoice.pay", [invoice])
        pay.form.payment_method, pay.form.date = self.method, date.fromisoformat(on)
        pay.form.amount = Decimal(amount)
        self._insisting(lambda: pay.execute("choice"))
        if pay.form_state == "ask":
            pay.form.type = "partial"
            self._insisting(lambda: pay.execute("pay"))

    def credit(self, id, on):
        """Take an invoice back whole by a credit note that cancels it."""
        credit = Wizard("account.invoice.credit", [Model.get("account.invoice")(id)])
        credit.form.with_refund, credit.form.invoice_date = True, date.fromisoformat(on)
        self._insisting(lambda: credit.execute("credit"))

    def cancel(self, id):
        """Cancel an invoice without a credit note."""
        self._insisting(lambda: Model.get("account.invoice")(id).click("cancel"))

    def block(self, id, blocked):
        """Block what Tryton's dunning engine does next about an invoice, or let it go on."""
        (dunning,) = Model.get("account.dunning").find(
            [("line.move.origin.id", "=", id, "account.invoice")]
        )
        dunning.blocked = blocked
        dunning.save()

    def notes(self, number):
        """Return what is noted on an invoice, the oldest first."""
        (invoice,) = Model.get("account.invoice").find([("number", "=", number)])
        found = Model.get("ir.note").find([("resource", "=", f"account.invoice,{invoice.id}")])
        return [note.message for note in sorted(found, key=lambda note: note.id)]

    def dun(self, on):
        """Run Tryton's dunning engine for a day; return each invoice's new level, by its id."""
        run = Wizard("account.dunning.create")
        run.form.date = date.fromisoformat(on)
        run.execute("create_")
        drafts = Model.get("account.dunning").find([("state", "=", "draft")])
        reached = {one.line.move.origin.id: one.level.sequence for one in drafts}
        if drafts:
            Wizard("account.dunning.process", drafts).execute("process")
        return reached

    def _term(self, days):
        if days not in self.terms:
            term = Model.get("account.invoice.payment_term")(name=str(days))
            for place, day in enumerate(days, 1):
                line = term.lines.new()
                is_last = place == len(days)
                line.type = "remainder" if is_last else "percent"
                if not is_last:
                    line.ratio = Decimal(1) / len(days)
                line.relativedeltas.new(days=day)
            term.save()
            self.terms[days] = term
        return self.terms[days]

    def _insisting(self, act):
        """Act, and confirm each warning: the days of this story are past or to come."""
        while True:
            try:
                return act()
            except Exception as warning:
                name = getattr(warning, "name", None)
                if name is None:
                    raise
                known = Model.get("res.user.warning")
                known(user=self.connection.user, name=name, always=True).save()


def main():
    """Answer until there is nothing more to do."""
    keeper = Bookkeeper(*sys.argv[1:])
    sys.stdout.write(json.dumps(keeper.application()) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        name, arguments = json.loads(line)
        sys.stdout.write(json.dumps(getattr(keeper, name)(**arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
