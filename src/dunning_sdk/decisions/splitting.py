"""Split an invoice in two: what a financier pays early, and the rest.

Decides the content of both invoices, and of the credit note where the invoice was issued
already. Whether and how much is financed is left to eligibility and its rule book; how large
a part can be to ``reachable``; numbers to the invoice sink.

The financed part has VAT rounded by the standard; the other part takes what remains of each
rate, at most one minor unit from its own rounding if the invoice kept to the standard itself.
So both add up to the invoice per rate and in total, and both pass BR-CO-17 and BR-S-09, which
tolerate less than one major unit.
"""

from dataclasses import dataclass, replace
from datetime import date

from dunning_sdk.decisions.reachable import largest_reachable, vat_of
from dunning_sdk.decisions.reissue import reissued
from dunning_sdk.decisions.split_line import share_lines, vat_key
from dunning_sdk.decisions.split_text import SplitText, split_text
from dunning_sdk.domain.invoice import Invoice, InvoiceKind, VatSubtotal
from dunning_sdk.domain.money import Money, sum_money, zero
from dunning_sdk.domain.party import Party
from dunning_sdk.errors import CurrencyMismatchError, InvalidSplitError


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Two invoices, not yet numbered, that together are the one they came from.

    Attributes:
        financed: Payable to the financier (BG-10), on its account.
        rest: Payable as the original was.
        reachable: Amount due of ``financed``: the largest total there is within what was
            available.
    """

    financed: Invoice
    rest: Invoice
    reachable: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What replaces an issued invoice; nothing is numbered yet.

    Attributes:
        credit_note: Cancels the issued invoice, to which it refers (BG-3).
        split: The two invoices instead, which refer to it too.
    """

    credit_note: Invoice
    split: Split


def split_invoice(
    invoice: Invoice, *, available: Money, financier: Party, language: str = ""
) -> Split:
    """Split an invoice before it is issued.

    What was paid before (BT-113) counts for the rest, since the creditor received it.

    Args:
        invoice: Not issued yet: its number is empty. It has lines and a VAT breakdown.
        available: Most that the financed part may cost, VAT included.
        financier: Payee of the financed part; has at least one account.
        language: ``en`` or ``fr``, of the texts added; empty for the debtor's, and English
            where those are not known.

    Returns:
        Both parts; VAT per rate and all totals add up to the invoice's.

    Raises:
        InvalidSplitError: Nothing can or need be split; the hint says what to do instead.
        CurrencyMismatchError: ``available`` is in another currency.

    Source:
        House rule (the financed part is the largest total that exists within what is
        available); EN 16931 BR-CO-10 to BR-CO-17, BR-S-08, BR-S-09.
    """
    if invoice.number:
        raise InvalidSplitError(
            f"Invoice {invoice.number} is issued already",
            hint="Use credit_and_split, which cancels it by a credit note first",
        )
    _require_sound(invoice)
    _require_partial(invoice, available)
    _require_payee(invoice, financier)
    texts = split_text(language or invoice.debtor.language)
    taken = largest_reachable(invoice.vat, available=available)
    if not any(taxable.minor for taxable in taken):
        raise InvalidSplitError(
            f"No invoice with this VAT is as small as {available}",
            hint="Issue the invoice whole, payable to the creditor",
        )
    financed, rest = _parts(invoice, taken, texts.line)
    financed = replace(
        financed,
        payee=financier,
        accounts=financier.accounts,
        note=_joined(invoice.note, _part_note(texts, invoice, financed, payee=financier, part=1)),
    )
    payee = invoice.payee or invoice.creditor
    rest = replace(
        rest,
        accounts=invoice.accounts or payee.accounts,
        note=_joined(invoice.note, _part_note(texts, invoice, rest, payee=payee, part=2)),
    )
    return Split(financed=financed, rest=rest, reachable=financed.amount_due)


def credit_and_split(
    issued: Invoice,
    *,
    issued_on: date,
    available: Money,
    financier: Party,
    due_on: date | None = None,
    language: str = "",
) -> Replacement:
    """Cancel an issued invoice by a credit note and split it anew.

    Args:
        issued: The invoice, with its number; nothing of it is paid but what it says itself.
        issued_on: Day the three documents are dated.
        available: Most that the financed part may cost, VAT included.
        financier: Payee of the financed part; has at least one account.
        due_on: When both parts are due; ``None`` keeps the invoice's date.
        language: As in `split_invoice`.

    Raises:
        InvalidSplitError: Nothing can or need be split, or the due date would lie before the
            issue; the hint says what to do instead.
        CurrencyMismatchError: ``available`` is in another currency.

    Source:
        House rule; EN 16931 BG-3 (preceding invoice), UNTDID 1001 code 381.
    """
    if not issued.number:
        raise InvalidSplitError("The invoice is not issued yet", hint="Use split_invoice")
    fresh = reissued(issued, issued_on=issued_on, due_on=due_on, language=language)
    split = split_invoice(fresh, available=available, financier=financier, language=language)
    credit_note = credit_note_of(issued, issued_on=issued_on, language=language)
    return Replacement(credit_note=credit_note, split=split)


def credit_note_of(issued: Invoice, *, issued_on: date, language: str = "") -> Invoice:
    """Return the credit note that cancels an issued invoice whole; not numbered yet.

    Args:
        issued: The invoice, with its number.
        issued_on: Day the credit note is dated.
        language: As in `split_invoice`.

    Source:
        EN 16931 BG-3 (preceding invoice), UNTDID 1001 code 381.
    """
    texts = split_text(language or issued.debtor.language)
    return replace(
        issued,
        number="",
        kind=InvoiceKind.CREDIT_NOTE,
        issued_on=issued_on,
        due_on=None,
        payee=None,
        accounts=(),
        preceding=issued.number,
        payment_terms=texts.terms.format(number=issued.number),
        payment_reference="",
        note=texts.credit.format(number=issued.number),
    )


def _parts(invoice: Invoice, taken: tuple[Money, ...], wording: str) -> tuple[Invoice, Invoice]:
    """Return both parts with their lines, VAT and totals; the prepaid sum is on the second."""
    cuts = [_cut_row(row, part) for row, part in zip(invoice.vat, taken, strict=True)]
    keys = {(row.category, row.rate): part for row, part in zip(invoice.vat, taken, strict=True)}
    lines = share_lines(invoice.lines, taken=keys, wording=wording)
    nothing = zero(invoice.currency)
    financed = _with_vat(invoice, tuple(cut[0] for cut in cuts), prepaid=nothing)
    rest = _with_vat(invoice, tuple(cut[1] for cut in cuts), prepaid=invoice.prepaid or nothing)
    return replace(financed, lines=lines.financed), replace(rest, lines=lines.rest)


def _cut_row(row: VatSubtotal, taxable: Money) -> tuple[VatSubtotal, VatSubtotal]:
    vat = row.vat if taxable == row.taxable else vat_of(taxable, row.rate)
    first = replace(row, taxable=taxable, vat=vat)
    return first, replace(row, taxable=row.taxable - taxable, vat=row.vat - vat)


def _with_vat(invoice: Invoice, rows: tuple[VatSubtotal, ...], *, prepaid: Money) -> Invoice:
    kept = tuple(row for row in rows if row.taxable.minor)
    net = sum_money((row.taxable for row in kept), invoice.currency)
    vat = sum_money((row.vat for row in kept), invoice.currency)
    return replace(
        invoice,
        vat=kept,
        net_total=net,
        vat_total=vat,
        gross_total=net + vat,
        prepaid=prepaid if prepaid.minor else None,
        amount_due=net + vat - prepaid,
    )


def _require_partial(invoice: Invoice, available: Money) -> None:
    if available.currency != invoice.currency:
        raise CurrencyMismatchError(
            f"The invoice is in {invoice.currency}, the available amount in {available.currency}",
            hint="Ask the financier for the amount in the invoice's currency",
        )
    if available.minor <= 0:
        raise InvalidSplitError(
            f"Nothing is available to finance: {available}",
            hint="Issue the invoice whole, payable to the creditor",
        )
    if available >= invoice.amount_due:
        raise InvalidSplitError(
            f"The available {available} cover the whole {invoice.amount_due}",
            hint="Issue the invoice whole, payable to the financier",
        )


def _require_payee(invoice: Invoice, financier: Party) -> None:
    if not financier.accounts:
        raise InvalidSplitError(
            f"Financier {financier.id} has no account", hint="Record the IBAN it is paid on"
        )
    if financier.name == invoice.creditor.name:
        raise InvalidSplitError(
            "Financier and creditor have one name, which EN 16931 BR-17 forbids",
            hint="Record the financier's own legal name",
        )


def _require_sound(invoice: Invoice) -> None:
    """Refuse a document whose parts could not be sound, whatever their size."""
    if invoice.kind is not InvoiceKind.INVOICE:
        raise InvalidSplitError("A credit note is not split", hint="Issue it whole")
    if not invoice.lines or not invoice.vat:
        raise InvalidSplitError(
            "The invoice has no lines or no VAT breakdown",
            hint="Take it from a source with the EN 16931 profile or richer",
        )
    nothing = zero(invoice.currency)
    rows: dict[object, Money] = {(row.category, row.rate): row.taxable for row in invoice.vat}
    nets: dict[object, Money] = {}
    for line in invoice.lines:
        nets[vat_key(line)] = nets.get(vat_key(line), nothing) + line.net
    if len(rows) != len(invoice.vat) or nets != rows:
        raise InvalidSplitError(
            "The lines do not add up to the VAT breakdown, rate by rate",
            hint="Write allowances and charges as lines of their rate, and each rate once",
        )
    if any(net.minor <= 0 for net in nets.values()):
        raise InvalidSplitError(
            "The lines of a VAT rate add up to zero or less",
            hint="Take them off the invoice; a credit note can give the reduction",
        )
    net = sum_money(rows.values(), invoice.currency)
    vat = sum_money((row.vat for row in invoice.vat), invoice.currency)
    due = net + vat - (invoice.prepaid or nothing)
    stated = (invoice.net_total, invoice.vat_total, invoice.gross_total, invoice.amount_due)
    if stated != (net, vat, net + vat, due):
        raise InvalidSplitError(
            "The totals of the invoice are not those of its VAT breakdown",
            hint="Correct the totals before splitting (EN 16931 BR-CO-13 to BR-CO-16)",
        )


def _part_note(texts: SplitText, whole: Invoice, own: Invoice, *, payee: Party, part: int) -> str:
    total, amount = (document.amount_due.format(texts.locale) for document in (whole, own))
    return texts.part.format(part=part, total=total, amount=amount, payee=payee.name)


def _joined(*notes: str) -> str:
    return "\n".join(note for note in notes if note)
