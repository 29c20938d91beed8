"""What is read of Xero's replies, and what is known to come and not read.

Amounts are numbers in the document's own currency; days are ``/Date(…)/``. The lists of what is
not read were taken from replies recorded in 2026, so that a field that is new to Xero shows.
"""

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, ClassVar, Final

from dunning_sdk.connectors.payload import Payload
from pydantic import BeforeValidator

_NOT_READ_OF_A_DOCUMENT: Final = """
    AmountCredited AmountDue AmountPaid BrandingThemeID CreditNotes CurrencyRate DateString
    DueDateString FullyPaidOnDate HasAttachments Attachments HasErrors InvoiceAddresses
    InvoicePaymentServices IsDiscounted LineAmountTypes LineItems RepeatingInvoiceID SentToContact
    UpdatedDateUTC ID RemainingCredit AppliedAmount CISDeduction CISRate TotalDiscount Url
    ExpectedPaymentDate ExpectedPaymentDateString PlannedPaymentDate PlannedPaymentDateString
    UpdatedDateUTCString StatusAttributeString ValidationErrors Warnings Reference
"""
_NOT_READ_OF_A_CONTACT: Final = """
    AccountsPayableTaxType AccountsReceivableTaxType AccountNumber Balances BankAccountDetails
    BatchPayments BrandingTheme ContactGroups ContactNumber ContactPersons ContactStatus
    DefaultCurrency HasAttachments Attachments HasValidationErrors IsCustomer IsSupplier
    MergedToContactID PaymentTerms PurchasesDefaultAccountCode PurchasesDefaultLineAmountType
    PurchasesTrackingCategories SalesDefaultAccountCode SalesDefaultLineAmountType
    SalesTrackingCategories TaxNumberType UpdatedDateUTC Website XeroNetworkKey Discount
    StatusAttributeString TrackingCategoryName TrackingCategoryOption ValidationErrors
"""
_MOMENT: Final = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_EPOCH: Final = dt.date(1970, 1, 1)
_DAY_MS: Final = 86_400_000


def _day(value: object) -> object:
    """Return the day of a moment; the zone behind it says nothing, the moment is in UTC."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    try:
        return _EPOCH + dt.timedelta(days=int(found[1]) // _DAY_MS)
    except OverflowError as exc:
        raise ValueError("lies outside the calendar") from exc


Day = Annotated[dt.date, BeforeValidator(_day)]


class Named(Payload):
    """The contact a document names.

    Attributes:
        id: Xero's own.
    """

    unread: ClassVar[frozenset[str]] = frozenset(
        [*_NOT_READ_OF_A_CONTACT.split(), "Name", "EmailAddress", "Addresses", "Phones",
         "FirstName", "LastName", "TaxNumber", "CompanyNumber"]
    )  # fmt: skip

    ContactID: str


class Applied(Payload):
    """A payment, prepayment or overpayment of an invoice, as the invoice lists it.

    Attributes:
        PaymentID: Of a payment.
        PrepaymentID: Of a prepayment.
        OverpaymentID: Of an overpayment.
        Date: Day it counts from.
        Amount: Of a payment.
        AppliedAmount: What of a prepayment or overpayment went to the invoice.
        Reference: As it was typed, or as the bank wrote it.
    """

    PaymentID: str = ""
    PrepaymentID: str = ""
    OverpaymentID: str = ""
    Date: Day
    Amount: Decimal | None = None
    AppliedAmount: Decimal | None = None
    Reference: str = ""

    @property
    def id(self) -> str:
        """Return Xero's own id."""
        return self.PaymentID or self.PrepaymentID or self.OverpaymentID

    @property
    def amount(self) -> Decimal:
        """Return what it took off the invoice."""
        applied = self.Amount if self.AppliedAmount is None else self.AppliedAmount
        return applied or Decimal(0)


class InvoiceRecord(Payload):
    """A sales invoice.

    Attributes:
        InvoiceID: Xero's own.
        InvoiceNumber: Empty in a draft.
        Status: ``DRAFT``, ``SUBMITTED``, ``AUTHORISED``, ``PAID``, ``VOIDED``, ``DELETED``.
        Contact: The debtor.
        Date: Day of issue.
        DueDate: Missing in some drafts.
        CurrencyCode: ISO 4217.
        SubTotal: Total without tax.
        TotalTax: Total of tax.
        Total: What is to be paid.
        Payments: What was paid of it.
        Prepayments: What was paid before and applied to it.
        Overpayments: What was paid too much before and applied to it.
    """

    unread: ClassVar[frozenset[str]] = frozenset([*_NOT_READ_OF_A_DOCUMENT.split(), "Type"])

    InvoiceID: str
    InvoiceNumber: str = ""
    Status: str
    Contact: Named
    Date: Day
    DueDate: Day | None = None
    CurrencyCode: str
    SubTotal: Decimal
    TotalTax: Decimal
    Total: Decimal
    Payments: tuple[Applied, ...] = ()
    Prepayments: tuple[Applied, ...] = ()
    Overpayments: tuple[Applied, ...] = ()


class Credited(Payload):
    """The invoice that a credit was given to.

    Attributes:
        InvoiceNumber: As issued.
    """

    InvoiceNumber: str


class Allocation(Payload):
    """What of a credit note was given to one invoice.

    Attributes:
        AllocationID: Xero's own.
        Amount: Of it, with tax.
        Date: Day it counts from.
        Invoice: Which.
        IsDeleted: Whether it was taken back.
    """

    AllocationID: str = ""
    Amount: Decimal
    Date: Day
    Invoice: Credited
    IsDeleted: bool = False


class CreditNoteRecord(Payload):
    """A credit note to a customer.

    Attributes:
        CreditNoteID: Xero's own.
        CreditNoteNumber: Empty in a draft.
        Status: As of an invoice.
        Contact: The debtor.
        Date: Day of issue.
        CurrencyCode: ISO 4217.
        SubTotal: Total without tax.
        TotalTax: Total of tax.
        Total: Of it all.
        Allocations: What went to which invoice.
    """

    unread: ClassVar[frozenset[str]] = frozenset(
        [*_NOT_READ_OF_A_DOCUMENT.split(), "Type", "DueDate", "Payments"]
    )

    CreditNoteID: str
    CreditNoteNumber: str = ""
    Status: str
    Contact: Named
    Date: Day
    CurrencyCode: str
    SubTotal: Decimal
    TotalTax: Decimal
    Total: Decimal
    Allocations: tuple[Allocation, ...] = ()


class PostalAddress(Payload):
    """An address.

    Attributes:
        AddressType: ``POBOX``, where bills go, or ``STREET``.
    """

    AddressType: str
    AddressLine1: str = ""
    AddressLine2: str = ""
    AddressLine3: str = ""
    AddressLine4: str = ""
    City: str = ""
    PostalCode: str = ""
    Country: str = ""


class Phone(Payload):
    """A telephone number, in parts.

    Attributes:
        PhoneType: ``DEFAULT``, ``DDI``, ``MOBILE``, ``FAX``, ``OFFICE``.
    """

    PhoneType: str
    PhoneNumber: str = ""
    PhoneAreaCode: str = ""
    PhoneCountryCode: str = ""


class ContactRecord(Payload):
    """A contact.

    Attributes:
        ContactID: Xero's own.
        Name: Of the company or the person.
        FirstName: Of whom to write to.
        LastName: Of whom to write to.
        EmailAddress: Empty where unknown.
        CompanyNumber: Empty where unknown.
        TaxNumber: Often the VAT identifier.
        Addresses: One of each type.
        Phones: One of each type.
    """

    unread: ClassVar[frozenset[str]] = frozenset(_NOT_READ_OF_A_CONTACT.split())

    ContactID: str
    Name: str
    FirstName: str = ""
    LastName: str = ""
    EmailAddress: str = ""
    CompanyNumber: str = ""
    TaxNumber: str = ""
    Addresses: tuple[PostalAddress, ...] = ()
    Phones: tuple[Phone, ...] = ()
