"""An invoice in Soan's words: one product with a net amount and a rate of tax.

Decides whether an amount can be said so at all: Soan adds the tax itself, and what it then asks
for must be the open amount to the cent.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConnectorInvalidError

from dunning_soan.options import NAME, SoanOptions

_EURO = "EUR"


def body_of(invoice: Invoice, amount: Money, given: SoanOptions) -> dict[str, Any]:
    """Return the payment request for an amount of an invoice.

    Raises:
        ConnectorInvalidError: It is not above 0, not in euros, or is not one net amount with one
            rate and may not be asked for otherwise.
    """
    if amount.minor <= 0:
        raise _invalid(invoice, "amount", "is not above 0")
    if amount.currency != _EURO:
        raise _invalid(invoice, "currency", "is not EUR")
    taxed = _taxed(invoice, amount)
    if taxed is None and invoice.vat_total.minor and not given.gross_at_zero:
        hint = "Set gross_at_zero = true, or let it be paid by transfer"
        raise _invalid(invoice, "amount", "is not one net amount with one rate of tax", hint)
    net, rate = taxed or (amount.major, Decimal(0))
    return {
        "callbackUrl": given.callback_url,
        "product": {
            "name": f"Facture {invoice.number}",
            "amountTaxeExcluded": _plain(net),
            "taxeRate": _plain(rate),
        },
    }


def _taxed(invoice: Invoice, amount: Money) -> tuple[Decimal, Decimal] | None:
    """Return net amount and rate in percent, where they come to the amount and to nothing else."""
    rates = {row.rate for row in invoice.vat}
    net = invoice.net_total
    if amount != invoice.gross_total or not net.minor or len(rates) > 1:
        return None
    rate = rates.pop() * 100 if rates else _rate(invoice)
    whole = (net.minor * (100 + rate) / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return (net.major, rate) if whole == amount.minor else None


def _rate(invoice: Invoice) -> Decimal:
    """Return the rate of an invoice that states none by itself, to a tenth of a percent."""
    exact = Decimal(invoice.vat_total.minor) * 100 / invoice.net_total.minor
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _invalid(
    invoice: Invoice, field: str, why: str, hint: str = "Let it be paid by transfer"
) -> ConnectorInvalidError:
    return ConnectorInvalidError(
        f"{NAME}: no page can be made for {invoice.number}: {field} {why}",
        hint=hint,
        connector=NAME,
        fields={field: why},
    )
