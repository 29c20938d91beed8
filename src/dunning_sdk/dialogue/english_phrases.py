"""What English phrases mean in a reply."""

from typing import Final

from dunning_sdk.dialogue.lexicon import Sign, signs

_WE: Final = "(i|we|i ll|we ll|i will|we will|ill|i am going to|we are going to|i m going to|gonna)"
_PAYMENT: Final = "((my|our|the|a|your) (payment|transfer|bank transfer)|payment|transfer)"
_THE_INVOICE: Final = "(it|this|that|you|the invoice|this invoice|the bill|the full amount|)"

PHRASES: Final = signs(
    {
        Sign.GREETING: (
            "(hi|hello|hey|dear|good morning|good afternoon|good evening|hi there|hello there)",
            "(dear|hi|hello) (sir|madam|sir or madam|sirs|all|team)",
        ),
        Sign.CLOSING: (
            "(regards|best regards|kind regards|best|cheers|sincerely|yours sincerely|rgds|br)",
            "(best wishes|many thanks and regards|warm regards|yours faithfully|have a nice day)",
        ),
        Sign.POLITE: (
            "(thanks|thank you|thx|ty|many thanks|thanks a lot|thank you very much|please|pls|plz)",
            "(thanks|thank you) for (the|your) (reminder|message|patience|email|mail|heads up)",
            "(thanks|thank you) for (letting me know|reminding me|understanding)",
            "(thanks|thank you) for your (understanding|patience|help)",
            "(sorry|my apologies|apologies|so sorry|my bad|oops|we apologise|i apologise)",
            "(sorry|apologies|we apologise|i apologise) (for|about) (the|this|that|any)"
            " (delay|inconvenience|oversight|late payment)",
            "(sorry|) (i|we) (forgot|missed it|missed this|overlooked it|overlooked this)",
            "(no problem|no worries|sure thing|noted|well received|i promise|as agreed|promise)",
            "(i|we) (can confirm|confirm) that",
            "(i|we) confirm",
            "(so|well|then|definitely)",
        ),
        Sign.VAGUE: ("(soon|shortly|asap|as soon as possible|right away|immediately|quickly)",),
        Sign.PAY: (
            f"{_WE} (pay|settle|transfer|make the payment|make a payment|send the payment)"
            f" {_THE_INVOICE}",
            f"{_WE} (send|do|make|wire) (it|the transfer|a transfer|a bank transfer|the money)",
            f"(will|gonna|going to) (pay|settle|transfer|do it|make the payment) {_THE_INVOICE}",
            f"(i|we|i m|im|we re|i am|we are) (can pay|paying) {_THE_INVOICE}",
            "paying",
            f"{_PAYMENT} (will be|is being) (made|sent|done|executed|processed)",
            f"{_PAYMENT} (is|) (scheduled|planned|due|set up)",
            f"{_PAYMENT} (is|) (scheduled|planned) for",
            f"{_PAYMENT} (will go|goes) out",
            "(it|the invoice|this invoice|the bill|this|you) (will|ll) be (paid|settled|done)",
            "(you ll|you will) (have|get|receive) (it|the money|the payment|your money)",
            "(payment|transfer|bank transfer)",
        ),
        Sign.WILL: ("(will be|will)",),
        Sign.TO_PAY: ("(pay|settle)",),
        Sign.HAVE: ("(i have|we have|i ve|we ve|ive)",),
        Sign.PAID: (
            f"(already|all|) (paid|settled) {_THE_INVOICE}",
            "(i|we|i ve|we ve|i have|we have|ive) (already|just|) (paid|settled)"
            f" {_THE_INVOICE} (already|)",
            "(it|this|that|the invoice|this invoice|the bill)"
            " (is|was|has been|has already been|was already|is already|s|s already) (paid|settled)",
            "(it|this|that) s been (paid|settled)",
            f"{_PAYMENT} (already|) (sent|made|done|executed)",
            f"{_PAYMENT} (was|has been|has already been) (sent|made|done|executed)",
            "(i|we|i ve|we ve|i have|we have) (already|just|) (sent|made|done)"
            " (the|a|my|our) (payment|transfer|bank transfer)",
        ),
        Sign.DONE: ("(paid|settled)",),
        Sign.LATE: (
            "(i|we|i ll|we ll|i will|we will|i m|we re|i am|we are) (be|going to be|running|)"
            " (late|a bit late|delayed)",
            "(i|we) (need|would need|will need) (more|a bit more|some more|a little more) time",
            "(can|could|may) (i|we) (have|get) (more|a bit more|some more|a little more) time",
            "(i|we) (need|would like|request) an extension",
            "(can|could|may) (i|we) (have|get) an extension",
        ),
        Sign.PLAN: (
            "in # (installments|instalments|payments|parts|months)",
            "in (installments|instalments|monthly payments)",
            "(can|could|may) (i|we) (pay|pay it|pay this|settle it)"
            " in (# (installments|instalments|payments|parts)|installments|instalments)",
            "(i|we) (would like|d like|want|propose) to (pay|pay it|settle it)"
            " in (# (installments|instalments|payments|parts)|installments|instalments)",
            "(can|could) (i|we) (have|get|set up|agree on) a payment plan",
            "(i|we) (would like|d like|want|need) a payment plan",
            "(payment plan|installments|instalments|a payment plan)",
        ),
        Sign.WHOLE: (
            "(all|everything|all of it|in full|the full amount|the whole amount|the balance)",
            "(the|this|your) (invoice|bill)",
        ),
        Sign.AND: ("(and|then|and then)",),
        Sign.STOP: (
            "(stop|stop sms|unsubscribe|unsubscribe me|opt out|remove me|stop it)",
            "(stop|please stop) (texting|messaging|emailing|writing to|contacting) me",
        ),
        Sign.WHO: (
            "(who are you|who is this|who s this|whos this|who is it|who is writing|who dis)",
            "what is this (about|invoice|for|)",
            "who am i (talking|speaking) to",
        ),
        Sign.COPY: (
            "(send|resend|can you send|could you send|can you resend|could you resend)"
            " (me|us|) (the|a copy of the|this|the invoice again|your|another copy of the)"
            " (invoice|bill|)",
            "(a|) copy of (the|this) (invoice|bill)",
            "invoice copy",
            "(i|we) (never got|did not receive|didn t receive|haven t received|don t have)"
            " (the|this|your|an) (invoice|bill)",
        ),
        Sign.DETAILS: (
            "(what is|what s|what are|send me|can you send me|could you send me|)"
            " (your|the) (iban|bank details|account number|bank account)",
            "(bank details|iban)",
            "(how|where) (do|can|should) (i|we) pay (this|it|you|)",
            "how to pay",
        ),
        Sign.YES: (
            "(yes|yep|yeah|yup|ok|okay|sure|agreed|fine|perfect|y|alright|yes ok)",
            "(sounds good|works for me|that works|i agree|we agree|that s fine|ok thanks|deal)",
        ),
        Sign.NO: ("(no|nope|no thanks|no thank you)",),
        Sign.PERSON: (
            "(call|ring) (me|us) (back|)",
            "(give|) me a call",
            "(can|could|may) (i|we) (speak|talk) (to|with) (someone|somebody|a person|a human|you)",
            "(i|we) (want|need|would like|d like) to (speak|talk) (to|with)"
            " (someone|somebody|a person|a human|you)",
        ),
        Sign.NEGATED: (
            "(not|never|don t|dont|won t|wont|can t|cant|cannot|unable|refuse|nothing|isn t)",
            "(haven t|didn t|doesn t|wouldn t|couldn t|impossible|without|nor|none)",
        ),
        Sign.CONDITIONAL: (
            "(if|when|unless|until|maybe|perhaps|hopefully|might|should|hope|try|trying|but)",
            "(or|probably|around|about|once|except|after|provided|as long as|waiting|ps|would)",
            "(depends|depending|think|could|likely|instead)",
        ),
        Sign.QUALITY: (
            "(the|your|) (goods|product|products|work|machine|item|items|parts)"
            " (is|are|was|were|arrived|came) (faulty|defective|broken|damaged|bad quality)",
            "(it|they|everything) (is|was|are|were|came|arrived) (faulty|defective|broken|damaged)",
            "(the|your) work (is not|isn t|was not|wasn t) (finished|done|complete|completed)",
            "(faulty|defective|damaged) (goods|product|products|items)",
        ),
        Sign.QUANTITY: (
            "(# (items|boxes|pieces|pallets|parts)|some items|half of the order|part of the order)"
            " (is|are|were|was|) missing",
            "(the|) delivery (is|was) incomplete",
            "wrong quantity",
        ),
        Sign.PRICE: (
            "(the|your|) (price|amount) (is|is not|isn t) (wrong|incorrect|right|correct|too high)",
            "(wrong|incorrect) (price|amount)",
            "(the price|the amount) (does not|doesn t) match (the quote|the order|)",
            "(we were|i was|you) (overcharged|overcharged us|overcharged me)",
        ),
        Sign.DELIVERY: (
            "(i|we) (never|have not|haven t|did not|didn t) (received|receive|got|get)"
            " (the|any|our|my|your|) (goods|delivery|order|parcel|products|anything|it)",
            "(the|our|my) (goods|order|parcel|delivery) (never|has not|hasn t|did not|didn t)"
            " (arrived|arrive|came|come)",
            "(never|not) (received|delivered|arrived)",
            "nothing (was|has been) delivered",
            "nothing arrived",
        ),
        Sign.NOT_ORDERED: (
            "(i|we) (never|did not|didn t) (ordered|order|signed|sign)"
            " (this|that|it|anything|any of this|)",
        ),
        Sign.WRONG_DEBTOR: (
            "(this|that|it) (is not|isn t|s not) (my|our|for|mine|ours) (invoice|bill|me|us|)",
            "(wrong|you have the wrong) (person|company|number|addressee)",
        ),
        Sign.FORMAL_DEFECT: (
            "(the|your|this) invoice (is|contains|has) (wrong|incorrect|an error|a mistake)",
            "(the|our) (po number|order number|vat number) is missing",
        ),
        Sign.OTHER: (
            "(i|we) (dispute|contest|disagree with|do not agree with|don t agree with)"
            " (this|the|your|that|it|) (invoice|bill|)",
            "(i|we) (disagree|refuse to pay)",
            "(invoice|) (disputed|in dispute)",
        ),
    }
)
"""What each phrase stands for."""
