"""What French phrases mean in a reply."""

from typing import Final

from dunning_sdk.dialogue.lexicon import Sign, signs

_WE: Final = "(je|j|on|nous|nous nous|moi je|nous on)"
_PAYMENT: Final = (
    "((mon|notre|le|un|votre) (paiement|reglement|virement|cheque)|paiement|reglement|virement)"
)

PHRASES: Final = signs(
    {
        Sign.GREETING: (
            "(bonjour|bonsoir|bjr|salut|slt|re bonjour|allo)",
            "(bonjour|bonsoir) (madame|monsieur|mme|mr|madame monsieur|a tous|a vous)",
            "(madame|monsieur|madame monsieur|madame ou monsieur|mme|mr)",
        ),
        Sign.CLOSING: (
            "(bien|tres|) cordialement",
            "(cdt|cdlt|bav|bien a vous|salutations|sinceres salutations|respectueusement)",
            "bonne (journee|soiree|reception)",
            "a bientot",
        ),
        Sign.POLITE: (
            "(merci|merci beaucoup|mrc|merci bien|grand merci|merci d avance|avec mes"
            " remerciements)",
            "merci (de|pour) (votre|le|ce|la|cette) (message|rappel|relance|patience"
            "|comprehension)",
            "merci (de|pour) votre (mail|courriel|sms|relance|comprehension)",
            "(desole|desolee|dsl|pardon|navre|excusez moi|excusez nous|toutes mes excuses)",
            "(toutes|) (mes|nos) excuses",
            "(desole|desolee|dsl|pardon|excuses|mes excuses) (pour|du) (le|ce|) (retard|delai"
            "|oubli)",
            "(svp|stp|s il vous plait|s il te plait|si possible merci)",
            "(c est|c etait) un oubli (de ma part|de notre part|)",
            "(j ai|j avais|nous avons|on a) (oublie|zappe)",
            "(suite a|concernant|pour|en reponse a) (votre|la|cette|ma|notre)"
            " (facture|relance|demande|mail|message|courriel)",
            "(pas de|aucun) (souci|soucis|probleme)",
            "(bien recu|bien note|c est note|je vous confirme|je confirme|nous confirmons)",
            "(je|nous) vous (informe|informons|confirme|confirmons) que",
            "(promis|sans faute|comme convenu|c est promis|enfin|donc|alors|ca)",
        ),
        Sign.VAGUE: (
            "(bientot|prochainement|rapidement|vite|tres vite|des que possible)",
            "(tout de suite|au plus vite|sous peu|dans les (meilleurs|plus brefs) delais)",
        ),
        Sign.PAY: (
            f"{_WE} (vais|va|allons) (tout|) (payer|regler|virer|faire le virement|vous payer|vous"
            f" regler)",
            f"{_WE} (vais|va|allons) (la|le|l|vous) (payer|regler|faire le virement|solder)",
            f"{_WE} (paie|paye|payons|regle|reglons|vire|virons|paierai|payerai|paierons|payerons)",
            f"{_WE} (reglerai|reglerons|virerai|virerons|paiera|payera|reglera|soldera|solderai)",
            f"{_WE} (vous|la|le|l|te) (paie|paye|payons|regle|reglons|paierai|payerai|paierons)",
            f"{_WE} (vous|la|le|l|te) (reglerai|reglerons|paiera|reglera|solderai)",
            f"{_WE} (peux|peut|pouvons|pourrai) (vous|la|le|) (payer|regler|virer)",
            f"{_WE} (fais|fait|faisons|ferai|ferons|fera|vous fais|vous ferai|envoie|enverrai)"
            " (le|un|mon|votre|) (virement|reglement|paiement|necessaire)",
            f"{_WE} (vais|va|allons) (faire|effectuer|envoyer|proceder au)"
            " (le|un|mon|) (virement|reglement|paiement)",
            f"{_PAYMENT} (prevu|prevue|programme|planifie|a venir)",
            f"{_PAYMENT} (sera|est|va etre) (prevu|programme|planifie)",
            f"{_PAYMENT} (sera|va etre) (fait|effectue|emis|envoye|execute|realise|lance)",
            f"{_PAYMENT} (partira|part|arrivera|arrive)",
            "(la|votre|cette) facture (sera|va etre) (payee|reglee|soldee)",
            "(ce|ca|elle|tout) (sera|va etre) (fait|paye|regle|payee|reglee)",
            "(vous serez|tu seras) (paye|regle|payes|regles)",
            "(vous aurez|tu auras) (le|votre|ton) (virement|reglement|paiement)",
            "(paiement|reglement|virement)",
            "(la totalite|le solde|tout|le tout) sera (paye|regle)",
        ),
        Sign.WILL: ("(sera|seront|serez|va etre)",),
        Sign.TO_PAY: ("(payer|regler|virer|solder)",),
        Sign.HAVE: ("(j ai|on a|nous avons|jai)",),
        Sign.PAID: (
            "(c est|c|elle est|tout est|facture|la facture est|cette facture est|votre facture est"
            "|)"
            " (deja|bien deja|bien|) (payee|reglee|soldee|paye|regle)",
            "deja (paye|payee|regle|reglee|fait|vire|effectue)",
            "(j ai|jai|on a|nous avons|nous vous avons|je l ai|on l a|nous l avons|je vous ai)"
            " (deja|bien|) (tout|) (paye|payee|regle|reglee|vire|solde)"
            " (la facture|cette facture|votre facture|)",
            "(j ai|jai|on a|nous avons) (deja|) (fait|effectue|envoye|emis)"
            " (le|un|mon|votre|notre) (virement|reglement|paiement|cheque)",
            f"{_PAYMENT} (deja|bien|) (fait|effectue|envoye|emis|parti)",
            f"{_PAYMENT} (a ete|est|a deja ete|a bien ete) (deja|) (fait|effectue|envoye|emis"
            f"|parti)",
            "(elle|la facture|cette facture|votre facture|ca) a (deja|bien|) ete"
            " (payee|reglee|paye|regle)",
            "c est (deja|) fait",
        ),
        Sign.DONE: ("(paye|payee|regle|reglee|vire|solde|soldee|payes)",),
        Sign.LATE: (
            "(je|j|nous|on) (serai|serons|sera|aurai|aurons|aura|suis|sommes|ai|avons)"
            " (en|du|un) (retard|peu de retard)",
            "(j ai|nous avons|on a|j aurais|nous aurions) besoin"
            " (d un delai|d un peu de temps|de temps|de plus de temps|de quelques jours)",
            "(je|nous|on) (demande|demandons|souhaite|souhaitons|voudrais|voudrions|souhaiterais)"
            " un (delai|report|delai supplementaire|delai de paiement)",
            "un (delai|report|delai supplementaire) (est il possible|svp|)",
            "(est il possible|possible) d avoir un (delai|report|delai supplementaire)",
            "(laissez moi|accordez moi|accordez nous) (un|encore un) (peu de temps|delai|delai)",
            "(paiement|reglement) en retard",
        ),
        Sign.PLAN: (
            "en # (fois|mensualites|echeances|versements|paiements|mois)",
            "(# x|x #)",
            "(puis je|je peux|peut on|on peut|je voudrais|je souhaite|je souhaiterais|j aimerais"
            "|nous souhaitons|nous souhaiterions|possible de|est il possible de|pourrais je"
            "|on voudrait|nous aimerions|je vous propose de|je propose de)"
            " (payer|regler|vous payer|vous regler) (la facture|cette facture|)"
            " en (# (fois|mensualites|echeances|versements)|plusieurs fois|plusieurs mensualites)",
            "(payer|regler|paiement|reglement) en"
            " (# (fois|mensualites|echeances)|plusieurs fois|plusieurs mensualites)",
            "en plusieurs (fois|mensualites|versements)",
            "(un|en|) (echeancier|echelonnement|paiement echelonne|plan de paiement)",
            "(je|nous) (souhaite|souhaitons|voudrais|demande|demandons|souhaiterais)"
            " un (echeancier|echelonnement|paiement echelonne|plan de paiement)",
            "(est il possible d|possible d) (echelonner|avoir un echeancier)",
            "(puis je|peut on|je voudrais|je souhaite) echelonner (le paiement|)",
        ),
        Sign.WHOLE: (
            "(tout|la totalite|le total|l integralite|le solde|la somme|le montant total)",
            "(la|cette|votre) facture",
        ),
        Sign.AND: ("(et|puis|et puis|ensuite|et ensuite)",),
        Sign.STOP: (
            "(stop|stop sms|stop svp)",
            "(desinscrire|desinscription|desabonner|me desinscrire|desinscrivez moi)",
            "(arretez|arreter|arrete|cessez) (de m ecrire|de m envoyer des (sms|messages|mails)"
            "|les (sms|messages|mails)|ces (sms|messages|mails)|vos (sms|messages|mails)|)",
        ),
        Sign.WHO: (
            "(qui|mais qui) (etes vous|est ce|es tu|m ecrit|ecrit|est la|parle)",
            "(c est qui|vous etes qui|t es qui|qui est ce|c qui|cest qui)",
            "(c est|c est pour) quoi (ce|cette) (message|sms|facture)",
        ),
        Sign.COPY: (
            "(envoyez|renvoyez|pouvez vous (m|nous|me|) (envoyer|renvoyer)|merci de (m|me|nous|)"
            " (envoyer|renvoyer)|envoyez moi|renvoyez moi|envoyez nous|renvoyez nous)"
            " (la|cette|une copie de la|un duplicata de la|votre|copie de la) facture",
            "(copie|duplicata) (de la|de cette|de votre|) (facture|)",
            "(je n ai pas|nous n avons pas|j ai pas) (recu|eu) (la|cette|votre) facture",
        ),
        Sign.DETAILS: (
            "(quel est|envoyez moi|donnez moi|pouvez vous m envoyer|merci de m envoyer|c est quoi|)"
            " (votre|le) (rib|iban|numero de compte)",
            "(rib|iban) (svp|s il vous plait|)",
            "comment (payer|regler|je paie|je peux payer|puis je payer|faire pour payer|on paie)",
            "(ou|sur quel compte) (payer|regler|virer|je paie|je peux payer|puis je payer)",
        ),
        Sign.YES: (
            "(oui|ouais|ok|okay|d accord|dac|entendu|parfait|ca marche|tres bien|bien sur|oui ok)",
            "(c est bon|c est d accord|ca me va|ca me convient|je suis d accord|je valide|valide)",
            "(oui d accord|ok d accord|ok pour moi|ok merci|c est ok)",
        ),
        Sign.NO: ("(non|nan|non merci)",),
        Sign.PERSON: (
            "(appelez|rappelez) (moi|nous)",
            "(je veux|je voudrais|je souhaite|j aimerais|puis je|nous souhaitons)"
            " (parler|discuter|echanger) (a|avec) (quelqu un|un conseiller|une personne|vous)",
            "(je|nous) (souhaite|souhaitons|voudrais) (etre|) (rappele|rappeler|rappelee)",
            "(un|une) (humain|conseiller|personne)",
        ),
        Sign.NEGATED: ("(ne|n|pas|jamais|plus|aucun|aucune|rien|refuse|impossible|sans)",),
        Sign.CONDITIONAL: (
            "(si|peut etre|sans doute|normalement|j espere|esperons|environ|vers|des que|quand)",
            "(lorsque|sauf|sinon|mais|ou|essayer|essaie|essaye|probablement|apres|attends|attend)",
            "(sous reserve|a condition|ps|avant que|en attente|tant que)",
        ),
        Sign.QUALITY: (
            "(la|les|) (marchandise|produit|travail|travaux|article|materiel|machine|pieces)"
            " (est|sont|etait|etaient|) (defectueuse|defectueux|abimee|abime|abimes|cassee|casse"
            "|endommagee|endommage|mal fait|mal faits|de mauvaise qualite|non conforme|non"
            " conformes)",
            "(le|les) (travail|travaux|produit|produits|chantier) (n est pas|ne sont pas)"
            " (fini|finis|termine|termines|conforme|conformes|fait|faits)",
            "(c est|c etait|elle est|il est|tout est) (defectueux|defectueuse|casse|abime|mal"
            " fait)",
            "(marchandise|produit|livraison) non conforme",
        ),
        Sign.QUANTITY: (
            "il manque (# (articles|pieces|cartons|colis|palettes)|des (articles|pieces|colis)"
            "|une partie (de la commande|de la livraison|de la marchandise|)|la moitie de la"
            " commande)",
            "(la|) livraison (est|etait|) incomplete",
            "quantite (fausse|incorrecte|erronee)",
        ),
        Sign.PRICE: (
            "(le|votre|) (prix|tarif|montant) (est|n est pas|) (faux|incorrect|errone|le bon|bon"
            "|celui du devis|pas bon|trop eleve)",
            "(erreur|il y a une erreur) (de|dans le|sur le) (prix|montant|tarif|facturation)",
            "(le montant|le prix) ne correspond pas (au devis|)",
        ),
        Sign.DELIVERY: (
            "(je n ai|nous n avons|on n a|j ai|on a) (jamais|pas|rien) (recu|ete livre|ete livres)"
            " (la marchandise|la commande|le colis|les produits|la livraison|votre livraison|)",
            "(je n ai|nous n avons|on n a) (toujours|) (pas|rien) recu"
            " (la marchandise|la commande|le colis|les produits|la livraison|)",
            "(jamais|rien|pas) recu (la marchandise|la commande|le colis|)",
            "(jamais|pas) (livre|livree|livres)",
            "(la marchandise|la commande|le colis) (n est|n a) (jamais|pas)"
            " (arrive|arrivee|ete livre|ete livree)",
        ),
        Sign.NOT_ORDERED: (
            "(je n ai|nous n avons|on n a|j ai) (jamais|rien|pas) (rien|) (commande|demande|signe)"
            " (ca|cela|chez vous|ce produit|ce service|)",
            "(jamais|rien) commande",
        ),
        Sign.WRONG_DEBTOR: (
            "(ce n est pas|c est pas) (ma|notre|pour moi|pour nous|pour) (facture|societe|)",
            "(cette|la) facture (n est pas|ne nous est pas|n est pas pour)"
            " (a moi|a nous|pour moi|pour nous|la notre|la mienne|destinee|moi|nous)",
            "(vous vous trompez|erreur) (de personne|de client|de societe|de destinataire)",
        ),
        Sign.FORMAL_DEFECT: (
            "(la|votre|cette) facture (est|comporte|contient) (fausse|incorrecte|erronee|une"
            " erreur)",
            "(erreur|il y a une erreur) (de|sur la|sur votre|dans la) facture",
            "(il manque|manque) (le|notre) (numero de commande|numero de tva|bon de commande)",
        ),
        Sign.OTHER: (
            "(je|nous) (conteste|contestons|refuse de payer|ne suis pas d accord"
            "|ne sommes pas d accord|suis pas d accord) (avec|) (la|cette|votre|) (facture|)",
            "pas d accord (avec|) (la|cette|votre|) (facture|)",
            "(facture|) contestee",
            "(litige|il y a un litige|c est un litige)",
        ),
    }
)
"""What each phrase stands for."""
