"""Fill the host with three invoices, one of them paid, to try the example out."""

from datetime import date

from django.core.management.base import BaseCommand

from invoicing.models import Customer, Invoice, Payment


class Command(BaseCommand):
    """Make a customer, three invoices and a payment."""

    help = "Make a customer, three invoices and a payment."

    def handle(self, **_):
        """Make them, unless they are there."""
        customer, _ = Customer.objects.get_or_create(
            name="Boulangerie Martin SARL", email="compta@martin.example", siren="732829320"
        )
        for n, due in enumerate((date(2026, 3, 5), date(2026, 3, 12), date(2026, 4, 1)), 1):
            Invoice.objects.get_or_create(
                number=f"H-{n}",
                defaults={
                    "customer": customer, "issued_on": date(2026, 2, 1), "due_on": due,
                    "net": "1000.00", "vat": "200.00",
                },
            )  # fmt: skip
        paid = Invoice.objects.get(number="H-1")
        Payment.objects.get_or_create(
            invoice=paid, received_on=date(2026, 3, 4), defaults={"amount": "1200.00"}
        )
        self.stdout.write("3 invoices, 1 payment")
