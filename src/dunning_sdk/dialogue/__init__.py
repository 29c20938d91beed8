"""Short dialogues with debtors: understand a reply, and say what comes next.

`understand` reads a reply in French, English or German with a small deterministic grammar, and is
sure or hands it to a person. `conversation` is the dialogue about a small receivable, a state
machine that comes to its end by itself. Nothing here sends or stores anything.
"""

from dunning_sdk.dialogue.answer import (
    Doubt,
    ForPerson,
    Intention,
    Part,
    Situation,
    Understood,
)
from dunning_sdk.dialogue.conversation import answer
from dunning_sdk.dialogue.saying import Sender, say
from dunning_sdk.dialogue.turn import (
    Conversation,
    Effect,
    EffectKind,
    Key,
    Limits,
    Saying,
    Stage,
    Turn,
)
from dunning_sdk.dialogue.understand import understand

__all__ = [
    "Conversation",
    "Doubt",
    "Effect",
    "EffectKind",
    "ForPerson",
    "Intention",
    "Key",
    "Limits",
    "Part",
    "Saying",
    "Sender",
    "Situation",
    "Stage",
    "Turn",
    "Understood",
    "answer",
    "say",
    "understand",
]
