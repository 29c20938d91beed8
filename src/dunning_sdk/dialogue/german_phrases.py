"""What German phrases mean in a reply."""

from typing import Final

from dunning_sdk.dialogue.lexicon import Sign, signs

_PAYMENT: Final = "((meine|unsere|die|eine) (zahlung|uberweisung|ueberweisung)|zahlung|uberweisung)"
_BILL: Final = (
    "(die rechnung|diese rechnung|den betrag|das geld|den vollen betrag|es|sie|das|alles|)"
)
_DONE: Final = "(bezahlt|gezahlt|uberwiesen|ueberwiesen|beglichen|angewiesen)"
_ELIDED: Final = "(zahle|bezahle|uberweise|ueberweise|begleiche)"
_DO: Final = "(zahle|zahlen|bezahle|bezahlen|uberweise|uberweisen|ueberweise|begleiche|begleichen)"

PHRASES: Final = signs(
    {
        Sign.GREETING: (
            "(hallo|guten tag|guten morgen|guten abend|moin|servus|gruss gott|hi|tag|liebe|lieber)",
            "sehr geehrte (damen und herren|frau|)",
            "sehr geehrter herr",
            "(hallo|guten tag|guten morgen) (frau|herr|zusammen)",
        ),
        Sign.CLOSING: (
            "(mit|) (freundlichen|besten|lieben|vielen|freundliche|beste|liebe|viele|schone"
            "|schonen)"
            " (grussen|grusse|gruessen|gruesse)",
            "(mfg|lg|vg|gruss|grusse|schonen tag|schonen tag noch|gruesse)",
        ),
        Sign.POLITE: (
            "(danke|vielen dank|dankeschon|danke schon|besten dank|herzlichen dank|bitte|bitte"
            " sehr)",
            "(danke|vielen dank) fur (die|ihre|das|ihr) (erinnerung|nachricht|geduld|verstandnis"
            "|mail)",
            "(entschuldigung|entschuldigen sie|sorry|tut mir leid|es tut mir leid|pardon"
            "|verzeihung)",
            "(entschuldigung|entschuldigen sie|sorry) (fur|) (die|den) (verspatung|verzug"
            "|umstande)",
            "(wir bitten um|ich bitte um) (entschuldigung|verstandnis)",
            "(das|) (habe ich|haben wir|hab ich) (ubersehen|vergessen|leider ubersehen)",
            "(kein problem|versprochen|wie besprochen|zur kenntnis genommen|also|dann|bestimmt)",
            "(ich|wir) (bestatige|bestatigen)",
        ),
        Sign.VAGUE: ("(bald|demnachst|schnellstmoglich|umgehend|sofort|in kurze|asap|zeitnah)",),
        Sign.PAY: (
            f"(ich|wir) {_DO} {_BILL}",
            f"{_ELIDED} (die rechnung|diese rechnung|den betrag|das geld|den vollen betrag|es|das"
            f"|alles|)",
            f"{_DO} (ich|wir) {_BILL}",
            f"(ich|wir) (kann|konnen) {_BILL} (zahlen|bezahlen|uberweisen|begleichen)",
            f"(ich|wir) (werde|werden) {_BILL} (zahlen|bezahlen|uberweisen|begleichen)",
            f"{_PAYMENT} (erfolgt|kommt|folgt|geht raus|ist geplant|geplant|wird erfolgen)",
            f"{_PAYMENT} (wird|) (ausgefuhrt|veranlasst) werden",
            f"(ich|wir) (mache|machen|veranlasse|veranlassen) {_PAYMENT}",
            "(sie bekommen|sie erhalten) (das geld|ihr geld|die zahlung)",
            "(geld kommt|das geld kommt|geht raus|wird erledigt|zahlung|uberweisung)",
        ),
        Sign.WILL: (
            "(wird|werde|werden) (die rechnung|diese rechnung|der betrag|das geld|es|)",
            "(ich werde|wir werden|(die|diese|ihre) rechnung wird|der betrag wird|es wird|das"
            " wird)",
            f"{_PAYMENT} wird",
            "(werde ich|werden wir|wird die rechnung|wird es|wird sie)"
            " (die rechnung|den betrag|es|sie|)",
            "(ich kann|wir konnen) (die rechnung|den betrag|es|)",
        ),
        Sign.TO_PAY: ("(zahlen|bezahlen|uberweisen|ueberweisen|begleichen)", "veranlasst"),
        Sign.HAVE: (
            "(ich habe|wir haben|habe|haben|hab|ich hab|habe ich|haben wir|hab ich)"
            " (die rechnung|den betrag|das geld|es|sie|das|alles|) (schon|bereits|)",
            "(ist|wurde|war) (schon|bereits|)",
            "(die rechnung|der betrag|es|das|sie|zahlung|die zahlung) (ist|wurde|war)"
            " (schon|bereits|)",
        ),
        Sign.PAID: (
            f"(ist|wurde) (schon|bereits|langst|) {_DONE} (worden|)",
            "(die rechnung|diese rechnung|der betrag|es|das) (ist|wurde) (schon|bereits|langst|)"
            f" {_DONE}",
            f"(ich habe|wir haben|habe|haben|hab|ich hab|habe ich|haben wir) {_BILL}"
            f" (schon|bereits|langst|) {_DONE}",
            f"{_PAYMENT} (ist|wurde|) (schon|bereits|) (erfolgt|raus|veranlasst|ausgefuhrt)",
            "(ist|) (schon|bereits) (erledigt|raus)",
        ),
        Sign.DONE: (_DONE, f"(schon|bereits|langst) {_DONE}", f"{_DONE} worden"),
        Sign.LATE: (
            "(ich|wir) (brauche|brauchen|benotige|benotigen) (noch|) (etwas|mehr|ein wenig|) zeit",
            "(ich|wir) (bitte|bitten) um (aufschub|fristverlangerung|zahlungsaufschub|stundung)",
            "(fristverlangerung|aufschub|zahlungsaufschub)",
            "(kann ich|konnen wir|konnte ich) (mehr zeit|einen aufschub) (haben|bekommen)",
            "(zahlung|die zahlung|es) (verspatet|verzogert) sich",
            "(ich|wir) (bin|sind) (spat dran|in verzug)",
        ),
        Sign.PLAN: (
            "in # (raten|teilen|monatsraten|teilzahlungen|zahlungen)",
            "(ratenzahlung|in raten|raten|teilzahlung|ratenzahlung (bitte|moglich)|ratenplan)",
            "(kann|konnen|konnte|konnten|durfte|darf) (ich|wir) (es|die rechnung|das|)"
            " in (# (raten|teilen|monatsraten)|raten) (zahlen|bezahlen|abzahlen)",
            "(ich|wir) (mochte|mochten|wurde gern|wurden gern|will|wollen|wurde gerne) (es|) in"
            " (# (raten|teilen|monatsraten)|raten) (zahlen|bezahlen|abzahlen)",
            "(ich|wir) (mochte|mochten|hatte gern|brauche|bitte um|bitten um|beantrage)"
            " (eine|) (ratenzahlung|ratenvereinbarung)",
            "(ist|ware) (eine|) ratenzahlung moglich",
            "(kann|konnen) (ich|wir) (eine|) ratenzahlung (haben|bekommen|vereinbaren)",
        ),
        Sign.WHOLE: (
            "(alles|den ganzen betrag|den vollen betrag|den gesamten betrag|den rest|komplett)",
            "(die|diese|ihre) rechnung",
        ),
        Sign.AND: ("(und|und dann|danach)",),
        Sign.STOP: (
            "(stop|stopp|abmelden|abbestellen|austragen|bitte abmelden)",
            "(keine|bitte keine) (sms|nachrichten|mails|e mails|weiteren nachrichten) (mehr|)",
            "(schreiben sie mir|schreibt mir) nicht mehr",
        ),
        Sign.WHO: (
            "(wer sind sie|wer ist da|wer schreibt|wer ist das|wer bist du|wer schreibt mir)",
            "(worum geht es|was ist das|wofur ist (das|die rechnung))",
        ),
        Sign.COPY: (
            "(schicken|senden) sie (mir|uns) (die|eine kopie der|diese) rechnung (noch einmal"
            "|nochmal|)",
            "(konnen|konnten) sie (mir|uns) (die|eine kopie der|diese) rechnung"
            " (noch einmal|nochmal|) (schicken|senden|zusenden)",
            "(rechnungskopie|kopie der rechnung)",
            "(ich habe|wir haben) (die|keine|diese) rechnung (nicht|nie|) (erhalten|bekommen)",
        ),
        Sign.DETAILS: (
            "(wie lautet|wie ist|schicken sie mir|was ist|) (ihre|die) (iban|bankverbindung)",
            "(wie|wohin|auf welches konto) (kann|soll|muss) (ich|wir)"
            " (das|) (zahlen|bezahlen|uberweisen)",
            "(iban|bankverbindung|kontonummer)",
        ),
        Sign.YES: (
            "(ja|jawohl|ok|okay|in ordnung|einverstanden|gut|passt|klar|alles klar|genau|gerne)",
            "(ja bitte|ja gern|ja gerne|ja danke|ich bin einverstanden|das passt|geht klar)",
        ),
        Sign.NO: ("(nein|no|ne|nein danke|nee)",),
        Sign.PERSON: (
            "(rufen sie|ruf) (mich|uns) (an|zuruck|bitte an|bitte zuruck)",
            "(ich|wir) (mochte|mochten|will) (mit jemandem|mit einem menschen|mit ihnen)"
            " (sprechen|reden)",
            "(kann|konnte) ich (mit jemandem|mit einem menschen|mit ihnen) (sprechen|reden)",
            "(bitte um|um) ruckruf",
        ),
        Sign.NEGATED: (
            "(nicht|nie|niemals|kein|keine|keinen|keiner|nichts|ohne|weder|unmoglich|kaum)",
            "(weigere|verweigere|nimmer|leider nicht)",
        ),
        Sign.CONDITIONAL: (
            "(wenn|falls|sobald|vielleicht|eventuell|evtl|hoffentlich|hoffe|versuche|aber|sofern)",
            "(wahrscheinlich|ungefahr|etwa|gegen|ca|circa|ausser|sonst|oder|nach|erst|ab|ps"
            "|solange)",
            "(wurde|konnte|sollte|musste|vermutlich|voraussichtlich|normalerweise|warte|warten)",
        ),
        Sign.QUALITY: (
            "(die|das|der|ihre|) (ware|maschine|gerat|produkt|lieferung|artikel|arbeit)"
            " (ist|war|kam) (defekt|kaputt|beschadigt|mangelhaft|fehlerhaft)",
            "(es|sie|alles) (ist|war|kam) (defekt|kaputt|beschadigt|mangelhaft)",
            "(mangelhafte|defekte|beschadigte) (ware|lieferung)",
            "die arbeit(en|) (ist|sind) (nicht|noch nicht) (fertig|erledigt)",
        ),
        Sign.QUANTITY: (
            "(es fehlen|es fehlt) (# (stuck|teile|kartons|paletten)|noch teile|ware|noch ware"
            "|teile)",
            "(die|) lieferung (ist|war) unvollstandig",
            "falsche menge",
        ),
        Sign.PRICE: (
            "(der|ihr|) (preis|betrag) (ist|stimmt) (falsch|nicht|zu hoch|nicht richtig)",
            "falscher (preis|betrag)",
        ),
        Sign.DELIVERY: (
            "(ich habe|wir haben|habe|haben) (die|keine|nie|noch keine|die bestellte|noch nie|)"
            " (ware|lieferung|bestellung|) (nicht|nie|noch nicht|) (erhalten|bekommen)",
            "(die|) (ware|lieferung) (ist|wurde) (nie|nicht|noch nicht) (angekommen|geliefert)",
            "(nichts|nie etwas|nie|nicht) (erhalten|bekommen|geliefert)",
        ),
        Sign.NOT_ORDERED: (
            "(ich habe|wir haben|habe|haben) (das|) (nie|nichts|nicht|nie etwas) (bestellt"
            "|beauftragt)",
            "(nie|nichts|nicht) bestellt",
        ),
        Sign.WRONG_DEBTOR: (
            "(das|die rechnung|diese rechnung) ist nicht (meine|unsere|fur mich|fur uns)"
            " (rechnung|)",
            "(falsche person|falscher empfanger|falsche firma)",
        ),
        Sign.FORMAL_DEFECT: (
            "(die|ihre|diese) rechnung (ist|stimmt|enthalt) (falsch|nicht|fehlerhaft|einen fehler)",
            "(die|unsere) (bestellnummer|ust idnr) fehlt",
        ),
        Sign.OTHER: (
            "(ich|wir) (bestreite|bestreiten|widerspreche|widersprechen|reklamiere|reklamieren)"
            " (die|der|diese|dieser|ihrer|ihre|) (rechnung|forderung|)",
            "(ich bin|wir sind) (damit|) nicht einverstanden",
            "(nicht einverstanden|reklamation|widerspruch)",
        ),
    }
)
"""What each phrase stands for."""
