"""The facts a rule may ask about: one typed list, the source of the vocabulary.

Each entry has a dotted name, a FEEL type, labels for people and a unit; `decisions.facts` fills
them from records, `rules.vocabulary` turns them into static types. A plugin adds its own.
"""

from dataclasses import dataclass
from typing import Final, Literal

FactType = Literal["number", "string", "boolean", "date"]

ACTORS: Final = ("creditor", "platform", "financier", "collector")
CONTRACTS: Final = ("", "full", "balance_purchase", "confidential", "unmanaged")
CHANNELS: Final = (
    "", "email", "registered-email", "letter", "registered-letter", "sms", "whatsapp", "telegram",
    "messenger", "link", "phone",
)  # fmt: skip
ACTIONS: Final = ("notice", "call", "task", "placement", "host_event")

EVENTS_UNIT: Final = "events"
COUNT_UNITS: Final = frozenset({EVENTS_UNIT, "receivables", "promises"})
"""Units of whole numbers that are never negative."""

SHARE_UNIT: Final = "share, 0 to 1"

WHOLE_UNITS: Final = frozenset({"days", "level", "cycle"}) | COUNT_UNITS
"""Units of which there are no fractions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One named input of decisions.

    Attributes:
        name: Dotted path, e.g. ``receivable.open_amount``.
        type: FEEL type.
        label: English label.
        label_fr: French label.
        unit: ``major units of currency``, ``days``, …; empty where none.
        values: Allowed values of an enumerated string; empty for any.
        nullable: Whether the fact may be unknown; a rule then asks ``is known(…)`` first.
        daily: Whether the value moves by one each day by itself.
    """

    name: str
    type: FactType
    label: str
    label_fr: str
    unit: str = ""
    values: tuple[str, ...] = ()
    nullable: bool = False
    daily: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """Stands for the value of a fact that is not known, where it can be said why.

    Attributes:
        why: One clause, without personal data; it stands in the error of a rule that reads it.
    """

    why: str


def _money(name: str, label: str, label_fr: str) -> Fact:
    return Fact(
        name=name, type="number", label=label, label_fr=label_fr, unit="major units of currency"
    )


def _flag(name: str, label: str, label_fr: str) -> Fact:
    return Fact(name=name, type="boolean", label=label, label_fr=label_fr)


def _word(name: str, label: str, label_fr: str, values: tuple[str, ...] = ()) -> Fact:
    return Fact(name=name, type="string", label=label, label_fr=label_fr, values=values)


def _count(
    name: str, label: str, label_fr: str, *, unit: str = "days", daily: bool = False
) -> Fact:
    return Fact(name=name, type="number", label=label, label_fr=label_fr, unit=unit, daily=daily)


def _promises(name: str, label: str, label_fr: str) -> Fact:
    return _count(name, label, label_fr, unit="over all his receivables")


def _day(name: str, label: str, label_fr: str, *, daily: bool = False) -> Fact:
    return Fact(name=name, type="date", label=label, label_fr=label_fr, daily=daily)


COMMON: Final = (
    _day("as_of", "Date decided for", "Date de la décision", daily=True),
    _word(
        "operator", "Party the engine runs for", "Partie pour laquelle le moteur travaille", ACTORS
    ),
    _word("currency", "Currency of all amounts", "Devise de tous les montants"),
    _word("debtor.country", "Country of the debtor (ISO 3166-1)", "Pays du débiteur (ISO 3166-1)"),
    _flag("debtor.is_company", "Debtor is a company", "Le débiteur est une société"),
    _word(
        "debtor.language", "Language of the debtor (ISO 639-1)", "Langue du débiteur (ISO 639-1)"
    ),
    _flag("debtor.has_email", "An e-mail address is known", "Une adresse e-mail est connue"),
    _flag("debtor.has_address", "A postal address is known", "Une adresse postale est connue"),
    _flag(
        "debtor.has_escalation",
        "A second person to turn to is known",
        "Un second interlocuteur est connu",
    ),
)

RECEIVABLE: Final = (
    _word(
        "receivable.kind",
        "Kind of receivable",
        "Nature de la créance",
        ("invoice", "part", "charges"),
    ),
    _money("receivable.amount", "Amount asked at first", "Montant d’origine"),
    _money("receivable.open_amount", "Open amount", "Montant restant dû"),
    _day("receivable.issued_on", "Issued on", "Émise le"),
    _day("receivable.due_on", "Due on", "Échéance"),
    _count(
        "receivable.days_overdue",
        "Days overdue, negative before",
        "Jours de retard, négatif avant",
        daily=True,
    ),
    _count(
        "receivable.level",
        "Highest level done in this cycle",
        "Niveau atteint dans ce cycle",
        unit="level",
    ),
    _count("receivable.cycle", "Cycle", "Cycle", unit="cycle"),
    _flag("receivable.reminders", "Reminders switched on", "Relances activées"),
    _word(
        "receivable.channel",
        "Channel chosen for the invoice",
        "Canal choisi pour la facture",
        CHANNELS,
    ),
    _word("receivable.payee", "Who is to be paid", "Bénéficiaire du paiement", ACTORS),
    _flag("receivable.is_financed", "A financier pays early against it", "Créance financée"),
    _word("contract.kind", "Form of factoring", "Forme d’affacturage", CONTRACTS),
    _flag("dispute.is_open", "A dispute is open", "Un litige est ouvert"),
    _money("dispute.amount", "Disputed amount", "Montant contesté"),
    _flag("promise.is_open", "A promise to pay runs", "Une promesse de paiement court"),
    _promises("promise.made_count", "Promises the debtor made", "Promesses faites par le débiteur"),
    _promises("promise.kept_count", "Promises he kept", "Promesses tenues"),
    _promises("promise.part_kept_count", "Promises he kept in part", "Promesses tenues en partie"),
    _promises("promise.broken_count", "Promises he broke", "Promesses non tenues"),
    _flag("plan.is_kept", "A payment plan runs and is kept", "Un plan de paiement est respecté"),
    _promises("plan.broken_count", "Payment plans he broke", "Plans de paiement non respectés"),
    _flag("block.is_open", "A block is in force", "Un blocage est en vigueur"),
    _flag("insolvency.is_open", "Insolvency proceedings are open", "Procédure collective ouverte"),
    _flag("write_off.is_done", "Written off whole", "Passée en perte en totalité"),
    _money("doubtful.amount", "Carried as doubtful", "Montant classé douteux"),
    _flag(
        "payment.is_unsure",
        "An unmatched payment may settle it",
        "Un paiement non affecté pourrait la solder",
    ),
)

MANDATE: Final = (
    _word("mandate.chaser", "Who pursues it", "Qui relance", ACTORS),
    _flag(
        "mandate.debtor_told",
        "The debtor knows of the assignment",
        "Le débiteur est informé de la cession",
    ),
)

STEP: Final = (
    _word("step.id", "Step", "Étape"),
    _word("step.action", "Action of the step", "Action de l’étape", ACTIONS),
    _count("step.level", "Level of the step", "Niveau de l’étape", unit="level"),
    _flag("step.legal_effect", "The step has legal effect", "L’étape a un effet juridique"),
    _word("step.channel", "Channel of the step", "Canal de l’étape", CHANNELS),
)

CHARGES: Final = (
    _word(
        "charges.jurisdiction",
        "Whose law governs charges; empty where that is not known",
        "Droit applicable aux accessoires ; vide s’il n’est pas connu",
    ),
    _word(
        "charges.transfer",
        "How the receivable came to its holder; empty where that is not known",
        "Mode de transmission de la créance ; vide s’il n’est pas connu",
        ("", "none", "assignment", "subrogation"),
    ),
    _money(
        "charges.open_amount",
        "Charges asked for before and not paid",
        "Accessoires déjà réclamés et non réglés",
    ),
    Fact(
        name="charges.agreed_rate",
        type="number",
        label="Late-payment rate the contract sets",
        label_fr="Taux des pénalités de retard fixé au contrat",
        unit="percent per year",
        nullable=True,
    ),
)

FINANCING: Final = (
    _word("stage", "Stage at which cover is asked", "Étape de la demande", ("quote", "invoice")),
    _money("invoice.total", "Total including VAT", "Total TTC"),
    _flag("quote.is_signed", "The quote is signed", "Le devis est signé"),
    _flag("quote.terms_allow_financing", "General terms allow it", "Les CGV l’autorisent"),
    _flag(
        "quote.changed_by_debtor", "The debtor changed the order", "Commande modifiée par le client"
    ),
    _word(
        "quote.change_recorded_by", "Who recorded the change", "Qui a saisi la modification", ACTORS
    ),
    _flag(
        "debtor.is_eligible", "The financier covers the debtor", "Débiteur couvert par le financeur"
    ),
    _money("credit_line.available", "Available on the credit line", "Disponible sur la ligne"),
    _money("credit_line.limit", "Limit of the credit line", "Plafond de la ligne"),
)

INQUIRY: Final = (
    _flag(
        "inquiry.is_sanctioned",
        "On the State's list of late payers",
        "Sanctionné par l’État pour retard de paiement",
    ),
    _flag("inquiry.is_closed", "The company is closed", "La société est fermée"),
    _flag("inquiry.is_insolvent", "The company is insolvent", "En procédure collective"),
    _word(
        "inquiry.partners_say",
        "The worst that partners answered",
        "La pire réponse des partenaires",
        ("", "quick", "late", "unpaid"),
    ),
    _count(
        "inquiry.press_count",
        "Adverse articles of the last year",
        "Articles défavorables depuis un an",
        unit="articles",
    ),
    _count(
        "inquiry.own_count",
        "Own invoices that fell due in two years",
        "Factures propres échues depuis deux ans",
        unit="invoices",
    ),
    Fact(
        name="inquiry.own_late_share",
        type="number",
        label="Share of these paid late or unpaid",
        label_fr="Part payée en retard ou impayée",
        unit=SHARE_UNIT,
    ),
    _count("inquiry.own_days_late_max", "Days of the latest one", "Jours du plus long retard"),
    _flag(
        "inquiry.is_known", "The client was asked about", "Le client a fait l’objet d’une enquête"
    ),
)

SPLITTING: Final = (
    _money(
        "invoice.reachable_total",
        "Largest total the financier can take",
        "Plus grand total finançable",
    ),
)

ELIGIBILITY_FACTS: Final = (*COMMON, *FINANCING, *INQUIRY)
SPLITTING_FACTS: Final = (*COMMON, *FINANCING, *INQUIRY, *SPLITTING)
MANDATE_FACTS: Final = (*COMMON, *RECEIVABLE)
PROCEDURE_FACTS: Final = (*COMMON, *RECEIVABLE, *MANDATE)
GUARD_FACTS: Final = (*COMMON, *RECEIVABLE, *MANDATE, *STEP)
CHARGES_FACTS: Final = (*COMMON, *RECEIVABLE, *MANDATE, *STEP, *CHARGES)
