"""What the host application keeps: customers, invoices and payments."""

from django.db import models


class Customer(models.Model):
    """A customer."""

    name = models.CharField(max_length=200)
    email = models.EmailField()
    language = models.CharField(max_length=2, default="fr")
    siren = models.CharField(max_length=9, blank=True)


class Invoice(models.Model):
    """An invoice, in euros."""

    number = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
    issued_on = models.DateField()
    due_on = models.DateField()
    net = models.DecimalField(max_digits=12, decimal_places=2)
    vat = models.DecimalField(max_digits=12, decimal_places=2)


class Payment(models.Model):
    """Money that came in for an invoice."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT)
    received_on = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
