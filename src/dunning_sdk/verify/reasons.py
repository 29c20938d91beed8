"""The reasons deciding gives by itself, in words; a book's own reasons are in the book.

The closed list of ids that `decisions` may give; a test compares the two.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from dunning_sdk.rules.book import Book

PLUGIN: Final = "plugin:"
REASONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "paid": (
            "nothing is owed any more",
            "plus rien n’est dû",
        ),
        "no-procedure": (
            "the mandate names no procedure",
            "le mandat ne désigne aucune procédure",
        ),
        "no-step-left": (
            "every step is done or has expired",
            "toutes les étapes sont faites ou périmées",
        ),
        "owned-by-another-chaser": (
            "another party pursues it",
            "une autre partie assure la relance",
        ),
        "not-yet": (
            "the next step is not due yet",
            "la prochaine étape n’est pas encore due",
        ),
        "step-due": (
            "the step is due",
            "l’étape est due",
        ),
        "another-actor": (
            "another actor does this step",
            "un autre acteur fait cette étape",
        ),
        "step-before-not-done": (
            "a step that must come first is not done",
            "une étape préalable n’est pas faite",
        ),
        "act-planned": (
            "the act is approved and waits to leave",
            "l’acte est approuvé et attend son départ",
        ),
        "letter-to-post": (
            "a letter waits to be posted",
            "une lettre attend d’être postée",
        ),
        "contract-not-allowed": (
            "the contract asks for a higher turnover of the creditor",
            "le contrat demande un chiffre d’affaires plus élevé du créancier",
        ),
        "cover-out-of-date": (
            "the financier's answer on cover is too old for this invoice",
            "la réponse du financeur sur la couverture est trop ancienne pour cette facture",
        ),
        "change-asked": (
            "a change was asked for before the pay-out: a credit note comes first",
            "une modification a été demandée avant le versement : un avoir d’abord",
        ),
        "credit-line-taken": (
            "the credit line was taken meanwhile",
            "la ligne de crédit a été utilisée entre-temps",
        ),
        "payment-misdirected": (
            "money for it went to the wrong party",
            "un paiement est allé à la mauvaise partie",
        ),
        "financing-held": (
            "its financing is held, since a change or a refund was asked for",
            "son financement est suspendu : une modification ou un remboursement est demandé",
        ),
        "reply-unread": (
            "the debtor replied, and nobody has read it yet",
            "le débiteur a répondu, et personne n’a encore lu sa réponse",
        ),
        "act-failed": (
            "the act failed on every channel",
            "l’acte a échoué sur tous les canaux",
        ),
        "act-uncertain": (
            "it is not known whether an act left, or counts",
            "on ignore si un acte est parti, ou s’il vaut",
        ),
        "payments-stale": (
            "payment data is too old to speak of overdue money",
            "les paiements connus sont trop anciens",
        ),
        "debtor-unreachable": (
            "no channel of the step reaches the debtor",
            "aucun canal n’atteint le débiteur",
        ),
        "debtor-spacing": (
            "the debtor was written to recently",
            "le débiteur a été relancé récemment",
        ),
        "formal-notice-runs": (
            "a formal notice to the debtor is running",
            "une mise en demeure est en cours",
        ),
        "disputed": (
            "it is disputed",
            "elle est contestée",
        ),
        "promised": (
            "the debtor promised to pay",
            "le débiteur a promis de payer",
        ),
        "blocked": (
            "it is blocked",
            "elle est bloquée",
        ),
        "insolvent": (
            "insolvency proceedings are open",
            "une procédure collective est ouverte",
        ),
        "written-off": (
            "it was written off",
            "elle est passée en perte",
        ),
        "credit-due": (
            "a credit note is to be issued on it",
            "un avoir doit être émis",
        ),
        "doubtful": (
            "it is carried as doubtful",
            "elle est classée douteuse",
        ),
        "payment-plan": (
            "a payment plan is kept",
            "un plan de paiement est respecté",
        ),
        "payment-unsure": (
            "an unmatched payment may settle it",
            "un paiement non affecté pourrait la solder",
        ),
        "in-recovery": (
            "a bailiff, an agency or a court has it",
            "un commissaire de justice, une agence ou un tribunal en est saisi",
        ),
        "changed-since-proposed": (
            "something changed since the proposal",
            "un élément a changé depuis la proposition",
        ),
        "no-longer-due": (
            "it is no longer due",
            "elle n’est plus due",
        ),
        "day-passed": (
            "its day passed before it left",
            "son jour est passé avant le départ",
        ),
        "cut-off-while-sending": (
            "the program stopped while sending",
            "arrêt du programme pendant l’envoi",
        ),
        "book-has-no-eligibility-rule": (
            "the book has no eligibility rule",
            "le livre n’a pas de règle d’éligibilité",
        ),
        "charges-on-charges": (
            "nothing is charged on charges",
            "aucun accessoire n’est dû sur des accessoires",
        ),
        "agreed-rate-below-floor": (
            "the contract sets a lower rate than the law allows: the law’s least counts",
            "le contrat fixe un taux inférieur au minimum légal : ce minimum est retenu",
        ),
        "charges-not-of-consumer": (
            "a consumer is asked for no more than the principal, and interest in his regime",
            "seuls le principal et les intérêts de son régime sont réclamés à un consommateur",
        ),
        "charges-law-unknown": (
            "it is not known which law governs charges",
            "le droit applicable aux accessoires n’est pas connu",
        ),
        "charges-holder-unknown": (
            "it is not known how the holder came to the receivable",
            "on ignore comment le porteur a acquis la créance",
        ),
        "charges-not-overdue": (
            "nothing is charged before the due date has passed",
            "aucun accessoire n’est dû avant l’échéance",
        ),
        "charges-before-formal-notice": (
            "a subrogated holder has interest from formal notice only",
            "le porteur subrogé n’a d’intérêts qu’à compter de la mise en demeure",
        ),
        "charge-waived": (
            "the creditor gave this charge up",
            "le créancier a renoncé à cet accessoire",
        ),
        "interest-value-missing": (
            "the rate of a half-year is not known, so interest stops before it",
            "le taux d’un semestre n’est pas connu : les intérêts s’arrêtent avant",
        ),
        "compensation-value-missing": (
            "no compensation is known for the due date",
            "aucune indemnité n’est connue pour cette échéance",
        ),
        "compensation-in-other-currency": (
            "the compensation of the law is in another currency",
            "l’indemnité légale est dans une autre devise",
        ),
        "compensation-not-assigned": (
            "the holder may not ask for the compensation",
            "le porteur ne peut pas réclamer l’indemnité",
        ),
        "law-gives-no-compensation": (
            "the law gives no compensation",
            "la loi ne donne pas d’indemnité",
        ),
        "fee-capped-by-law": (
            "the fixed compensation leaves no room for the whole fee",
            "l’indemnité forfaitaire ne laisse pas place à tous les frais",
        ),
        "law-unverified": (
            "a value of the law is not verified; a person confirms it first",
            "une valeur légale n’est pas vérifiée ; une personne doit d’abord la confirmer",
        ),
    }
)


def reason_text(reason: str, book: Book, language: str) -> str:
    """Return a reason in words: the book's own text first, the id itself if unknown.

    Args:
        reason: Reason id; ``plugin:NAME:REASON`` where a plugin spoke.
        book: Whose reasons come first.
        language: ``fr``, anything else is English.
    """
    own = book.reasons.get(reason)
    if own is not None:
        return own.fr if language == "fr" else own.en
    if reason.startswith(PLUGIN):
        name, _, said = reason.removeprefix(PLUGIN).partition(":")
        fr, en = f"l’extension {name} répond {said}", f"the plugin {name} says {said}"
        return fr if language == "fr" else en
    known = REASONS.get(reason)
    if known is None:
        return reason
    return known[1] if language == "fr" else known[0]
