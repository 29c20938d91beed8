"""The words of an evidence file's page, in English and in French."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from dunning_sdk.rules.vocabulary import Language

WORDS: Final[Mapping[Language, Mapping[str, str]]] = MappingProxyType(
    {
        "en": {
            "title": "Evidence file for {id}",
            "subtitle": (
                "Made for {as_of} by {tenant}. Every member of the archive is named in its "
                "index with its SHA-256."
            ),
            "erased": (
                "The personal data of the debtor was erased: messages, invoices and names "
                "are not in this file. What happened on which day is, and the chain of the "
                "log is whole."
            ),
            "unprinted": (
                "Some characters cannot be printed here and stand as “?”; the archive has them."
            ),
            "footer": "Evidence file {id}, {as_of}",
            "claim": "The claim",
            "documents": "Contract and documents",
            "messages": "Messages as they left",
            "letters": "Letters",
            "replies": "Replies and calls",
            "payments": "Payments and credit notes",
            "interest": "Interest and compensation",
            "acts": "Why each act was done",
            "log": "The log",
            "days": "Digests of the days",
            "verify": "How to verify",
            "none": "None is kept.",
            "no_interest": "No interest is computed: {why}.",
            "figures": "interest {interest}, compensation {compensation}, up to {until}",
            "verified": (
                "{count} events in {streams} streams. Every chain was verified when this "
                "file was made: {found}."
            ),
            "sound": "no fault",
            "faults": "{count} faults, named by the verification",
            "how": (
                "dunning evidence --verify FILE.zip checks every member, chain and digest "
                "without any database; --seal compares the whole file with the seal that was "
                "noted when it was made, --digest with a digest that was handed out on its "
                "day."
            ),
            "id": "Receivable",
            "invoice": "Invoice",
            "creditor": "Creditor",
            "debtor": "Debtor",
            "amount": "Amount",
            "open": "Open",
            "charges": "Charges asked for and open",
            "issued_on": "Issued on",
            "due_on": "Due on",
            "on": "On",
            "step": "Step",
            "channel": "Channel",
            "reference": "Reference",
            "sha256": "SHA-256",
            "what": "What",
            "name": "Name",
            "outcome": "Outcome",
            "reason": "Ground",
            "first": "From",
            "last": "To",
            "principal": "Principal",
            "rate": "Rate",
            "source": "Source",
            "event": "Event",
            "recorded": "Recorded at (UTC)",
            "streams": "Streams",
            "approved": "approved by {by} on {on}",
            "unknown": "it can no longer be decided again ({code})",
        },
        "fr": {
            "title": "Dossier de preuves pour {id}",
            "subtitle": (
                "Établi au {as_of} par {tenant}. Chaque élément de l’archive figure dans son "
                "index avec son SHA-256."
            ),
            "erased": (
                "Les données personnelles du débiteur ont été effacées : messages, factures "
                "et noms ne sont pas dans ce dossier. Ce qui s’est passé chaque jour y est, "
                "et la chaîne du journal est entière."
            ),
            "unprinted": (
                "Certains caractères ne peuvent être imprimés ici et sont remplacés par « ? "
                "» ; l’archive les contient."
            ),
            "footer": "Dossier de preuves {id}, {as_of}",
            "claim": "La créance",
            "documents": "Contrat et pièces",
            "messages": "Messages tels qu’envoyés",
            "letters": "Lettres",
            "replies": "Réponses et appels",
            "payments": "Paiements et avoirs",
            "interest": "Intérêts et indemnité",
            "acts": "Pourquoi chaque acte a été fait",
            "log": "Le journal",
            "days": "Empreintes des jours",
            "verify": "Comment vérifier",
            "none": "Rien n’est conservé.",
            "no_interest": "Aucun intérêt n’est calculé : {why}.",
            "figures": "intérêts {interest}, indemnité {compensation}, jusqu’au {until}",
            "verified": (
                "{count} événements dans {streams} flux. Chaque chaîne a été vérifiée à "
                "l’établissement du dossier : {found}."
            ),
            "sound": "aucun défaut",
            "faults": "{count} défauts, nommés par la vérification",
            "how": (
                "dunning evidence --verify FICHIER.zip vérifie chaque élément, chaîne et "
                "empreinte sans base de données ; --seal compare le dossier entier au sceau "
                "noté lors de son établissement, --digest à une empreinte remise le jour "
                "même."
            ),
            "id": "Créance",
            "invoice": "Facture",
            "creditor": "Créancier",
            "debtor": "Débiteur",
            "amount": "Montant",
            "open": "Reste dû",
            "charges": "Frais demandés et non payés",
            "issued_on": "Émise le",
            "due_on": "Échéance",
            "on": "Le",
            "step": "Étape",
            "channel": "Canal",
            "reference": "Référence",
            "sha256": "SHA-256",
            "what": "Quoi",
            "name": "Nom",
            "outcome": "Issue",
            "reason": "Motif",
            "first": "Du",
            "last": "Au",
            "principal": "Principal",
            "rate": "Taux",
            "source": "Source",
            "event": "Événement",
            "recorded": "Enregistré à (UTC)",
            "streams": "Flux",
            "approved": "approuvé par {by} le {on}",
            "unknown": "il ne peut plus être décidé à nouveau ({code})",
        },
    }
)
