"""The page of an evidence file that people read: the same facts as the archive, in order.

Decides what is shown in which section; the words are in `evidence_words`, how it looks in
``evidence.typ``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from dunning_sdk.debtors.letters import Letter
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.thread import Entry
from dunning_sdk.evidence.evidence_parts import Claim, Sent
from dunning_sdk.evidence.evidence_words import WORDS
from dunning_sdk.records.heads import DayDigest
from dunning_sdk.rules.vocabulary import Language

TEMPLATE: Final = "evidence.typ"
Section = dict[str, Any]
_MONEY: Final = (events.PAYMENT_ALLOCATED, events.PAYMENT_RETURNED, events.CREDITED)


class Page:
    """Builds the data of the page.

    Args:
        claim: What it is about.
        language: Of its words.
        tenant: Who made it.
    """

    def __init__(self, claim: Claim, language: Language, *, tenant: str) -> None:
        self._claim = claim
        self._words = WORDS[language]
        self._language = language
        self._tenant = tenant
        self._sections: list[Section] = []

    def data(self) -> dict[str, Any]:
        """Return everything as the template takes it."""
        claim, words = self._claim, self._words
        about = {"id": claim.receivable.id, "as_of": claim.as_of, "tenant": self._tenant}
        return {
            "title": words["title"].format(**about),
            "subtitle": words["subtitle"].format(**about),
            "footer": words["footer"].format(**about),
            "warning": words["erased"] if claim.is_erased else "",
            "author": self._tenant,
            "language": self._language,
            "year": claim.as_of.year,
            "month": claim.as_of.month,
            "day": claim.as_of.day,
            "sections": self._sections,
        }

    def claim(self, creditor: str) -> None:
        """Show what is claimed, of whom."""
        own, words = self._claim.receivable, self._words
        debtor = (
            f"{self._claim.debtor.name} ({own.debtor_id})" if self._claim.debtor else own.debtor_id
        )
        rows = [
            ("id", own.id),
            ("invoice", own.invoice_number),
            ("creditor", creditor or own.creditor_id),
            ("debtor", debtor),
            ("amount", own.amount),
            ("issued_on", own.issued_on),
            ("due_on", own.due_on),
            ("open", own.open_amount),
            ("charges", own.charges_open),
        ]
        self._table("claim", (), [(words[name], value) for name, value in rows], widths=(0, 1))

    def documents(self, found: Iterable[tuple[str, str, str]]) -> None:
        """Show what, name and hash of each document."""
        self._table("documents", ("what", "name", "sha256"), found, widths=(0, 1, 2))

    def messages(self, sent: Sequence[Sent]) -> None:
        """Show each message with its hash, its receipt and its words."""
        rows = [
            (
                one.event.on,
                one.event.header.get("step"),
                one.event.header.get("channel"),
                one.event.header.get("reference", ""),
                one.digest,
            )
            for one in sent
        ]
        head = ("on", "step", "channel", "reference", "sha256")
        blocks = [_message_block(one) for one in sent]
        self._table("messages", head, rows, widths=(0, 0, 0, 1, 1), blocks=blocks)

    def letters(self, found: Iterable[Letter]) -> None:
        """Show what became of each letter."""
        rows = [
            (one.posted_on, one.step_id, one.channel, one.reference, one.outcome, one.source)
            for one in found
        ]
        head = ("on", "step", "channel", "reference", "outcome", "source")
        self._table("letters", head, rows, widths=(0, 0, 0, 0, 0, 1))

    def replies(self, found: Iterable[Entry]) -> None:
        """Show what the debtor said, in his words."""
        blocks = [
            _block(f"{one.on} {one.id} {one.who} {one.outcome}", one.text.splitlines())
            for one in found
        ]
        self._table("replies", (), (), widths=(), blocks=blocks)

    def payments(self) -> None:
        """Show what moved the claim, with the ground of each match."""
        rows = []
        for event in self._claim.events:
            if event.type in _MONEY:
                header = event.header
                minor = header.get("amount_minor")
                amount = Money(minor if isinstance(minor, int) else 0, self._currency)
                named = header.get("payment") or header.get("credit_note")
                what = event.type.removeprefix("receivable.")
                rows.append(
                    (
                        header.get("received_on") or event.on,
                        what,
                        named,
                        amount,
                        header.get("reason", ""),
                    )
                )
        self._table(
            "payments", ("on", "what", "name", "amount", "reason"), rows, widths=(0, 0, 1, 0, 0)
        )

    def interest(self, statement: Mapping[str, Any]) -> None:
        """Show every segment of the interest, with its rate and source."""
        words = self._words
        rows = [
            (one["from"], one["to"], one["principal"], one["rate"], one["interest"], one["source"])
            for one in statement.get("segments", ())
        ]
        head = ("first", "last", "principal", "rate", "amount", "source")
        said = (
            words["figures"].format(**statement)
            if "interest" in statement
            else words["no_interest"].format(why=statement["not_known"])
        )
        self._table("interest", head, rows, widths=(0, 0, 0, 0, 0, 1), lines=[said])

    def acts(self, found: Sequence[Mapping[str, Any]]) -> None:
        """Show why each act was done, and who approved it."""
        words, blocks = self._words, []
        for one in found:
            why = one["why"]
            lines = why["text"].splitlines() or [words["unknown"].format(code=why.get("not_known"))]
            lines += [words["approved"].format(**by) for by in one["approved"]]
            blocks.append(_block(f"{one['on']} {one['step']}: {one['status']}", lines))
        self._table("acts", (), (), widths=(), blocks=blocks)

    def log(self, *, count: int, streams: int, faults: int, digests: Sequence[DayDigest]) -> None:
        """Show the events of the claim with their digests, and the digests of the days."""
        words = self._words
        found = words["faults"].format(count=faults) if faults else words["sound"]
        said = words["verified"].format(count=count, streams=streams, found=found)
        rows = [
            (one.seq, one.on, f"{one.recorded_at:%Y-%m-%d %H:%M:%S}", one.type, one.digest)
            for one in self._claim.events
        ]
        head = ("id", "on", "recorded", "event", "sha256")
        self._table("log", head, rows, widths=(0, 0, 0, 0, 1), lines=[said])
        days = [(one.on, one.streams, one.root) for one in digests]
        self._table("days", ("on", "streams", "sha256"), days, widths=(0, 0, 1))
        self._table("verify", (), (), widths=(), lines=[words["how"]])

    @property
    def _currency(self) -> str:
        return self._claim.receivable.amount.currency

    def _table(
        self,
        title: str,
        head: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        widths: Sequence[int],
        lines: Sequence[str] = (),
        blocks: Sequence[Section] = (),
    ) -> None:
        filled = [["" if cell is None else str(cell) for cell in row] for row in rows]
        said = list(lines) or ([] if filled or blocks else [self._words["none"]])
        self._sections.append(
            {
                "title": self._words[title],
                "lines": said,
                "head": [self._words[name] for name in head] or [""] * len(widths),
                "rows": filled,
                "widths": list(widths),
                "blocks": list(blocks),
            }
        )


def _message_block(sent: Sent) -> Section:
    message: dict[str, JsonValue] = sent.data["message"]
    files = [f"{one['name']}: SHA-256 {one['digest']}" for one in sent.data["files"]]
    heads = [f"{key}: {message[key]}" for key in ("to_name", "to_email") if message.get(key)]
    body = str(message.get("text") or "").splitlines()
    title = f"{sent.event.on} {sent.event.header.get('step')}: {message.get('subject')}"
    return _block(title, [*heads, "", *body, *([""] if files else []), *files])


def _block(title: str, lines: Iterable[str]) -> Section:
    return {"title": title.strip(), "lines": list(lines) or [""]}
