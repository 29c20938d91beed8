"""Follow letters at Maileva: posted, with its proof; delivered or not, with the receipt.

Decides what of a letter is news. Maileva has no list of changes, so every letter of the last
months is looked at, and the cursor holds how far each of ours was told; one that ended is not
asked about again. Letters of others in the same account are passed over.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from dunning_sdk.connectors.http_site import ask, path_of
from dunning_sdk.connectors.news import Heard, News, NewsKind, NewsSource
from dunning_sdk.connectors.payload import as_problem
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.errors import ConnectorInvalidError, ConnectorNotFoundError, InputError

from dunning_letters.account import Account
from dunning_letters.letterbox import sendings
from dunning_letters.options import NAME, Service
from dunning_letters.record import (
    DRAFT,
    OUTCOMES,
    PROCESSED,
    REJECTED,
    Recipient,
    Sending,
    day_of,
    listed,
    recipient_of,
)

DAYS_MAX: Final = 180
_OURS: Final = re.compile(r"[0-9a-f]{32}")
_POSTED, _ENDED, _PROVED = "posted", "ended", "proved"
_CHANNELS: Final = {Service.POSTAL: "letter", Service.REGISTERED: "registered-letter"}


class MailevaNews(NewsSource):
    """What became of letters, as a source of news.

    Args:
        account: Maileva, as one user sees it.
        today: Day of the pull; letters deposited long before are not looked at.
    """

    def __init__(self, account: Account, *, today: date) -> None:
        self._account = account
        self._today = today
        self._channel = _CHANNELS[account.given.service]

    def fetch(self, after: str) -> Heard:
        """Return what became known of our letters since a cursor.

        Raises:
            ConnectorError: Maileva could not be asked; nothing was taken.
        """
        told = _told(after)
        recent = [one for one in sendings(self._account) if self._is_recent(one)]
        told = {key: told[key] for key in (one.id for one in recent) if key in told}
        news: list[News] = []
        problems: list[InputError] = []
        for sending in recent:
            try:
                found = list(self._news(sending, told.get(sending.id, "")))
            except ConnectorInvalidError as problem:
                problems.append(as_problem(problem, source=f"{NAME} sending {sending.id}"))
                continue
            for stage, one in found:
                told = {**told, sending.id: stage}
                news.append(replace(one, cursor=_cursor(told)))
        return Heard(news=tuple(news), cursor=_cursor(told), problems=tuple(problems))

    def _is_recent(self, sending: Sending) -> bool:
        made_on = day_of(sending.creation_date) or self._today
        is_ours = bool(_OURS.fullmatch(sending.custom_id or ""))
        return is_ours and self._today - made_on <= timedelta(days=DAYS_MAX)

    def _news(self, sending: Sending, told: str) -> Iterator[tuple[str, News]]:
        """Yield what is new of one letter, each with the stage it reaches."""
        if sending.status == REJECTED and told != _ENDED:
            on = day_of(sending.creation_date) or self._today
            yield _ENDED, self._one(sending, NewsKind.UNDELIVERABLE, on)
        if sending.status in (DRAFT, REJECTED) or told == _PROVED:
            return
        recipient = self._recipient(sending)
        if recipient is None:
            return
        outcome = OUTCOMES.get(recipient.last_delivery_status or "")
        is_posted = PROCESSED in (sending.status, recipient.status) or outcome is not None
        if is_posted and not told:
            yield _POSTED, self._posted(sending, recipient)
        if outcome is not None:
            yield from self._ended(sending, recipient, outcome, told)

    def _posted(self, sending: Sending, recipient: Recipient) -> News:
        on = day_of(sending.processed_date) or day_of(recipient.last_delivery_status_date)
        proof = None
        if self._account.given.service is Service.REGISTERED:
            proof = self._file(path_of("sendings", sending.id, "download_deposit_proof"), "deposit")
        number = recipient.registered_number or sending.id
        return self._one(sending, NewsKind.POSTED, on or self._today, reference=number, proof=proof)

    def _ended(
        self, sending: Sending, recipient: Recipient, outcome: str, told: str
    ) -> Iterator[tuple[str, News]]:
        """Yield the end of a letter, and once more with the card when it was scanned."""
        has_card = bool(recipient.acknowledgement_of_receipt_url)
        if told == _ENDED and not has_card:
            return
        card = path_of(
            "sendings", sending.id, "recipients", recipient.id,
            "download_acknowledgement_of_receipt",
        )  # fmt: skip
        proof = self._file(card, "receipt") if has_card else None
        on = day_of(recipient.last_delivery_status_date) or self._today
        yield (
            _PROVED if proof else _ENDED,
            self._one(
                sending,
                NewsKind.ENDED,
                on,
                reference=recipient.registered_number or sending.id,
                outcome=outcome,
                proof=proof,
            ),
        )

    def _recipient(self, sending: Sending) -> Recipient | None:
        data = self._account.data(ask(path_of("sendings", sending.id, "recipients")))
        found = listed(data, "recipients")
        return recipient_of(found[0]) if found else None

    def _file(self, path: str, what: str) -> Attachment | None:
        """Return a proof as Maileva has it; ``None`` where it has none yet."""
        try:
            reply = self._account.reply(ask(path))
        except ConnectorNotFoundError:
            return None
        kind = "pdf" if reply.body.startswith(b"%PDF") else "zip"
        if not reply.body:
            return None
        return Attachment(
            name=f"maileva-{what}.{kind}", media_type=f"application/{kind}", content=reply.body
        )

    def _one(
        self,
        sending: Sending,
        kind: NewsKind,
        on: date,
        *,
        reference: str = "",
        outcome: str = "",
        proof: Attachment | None = None,
    ) -> News:
        return News(
            kind=kind,
            on=on,
            channel=self._channel,
            notice_id=sending.custom_id or "",
            reference=reference or sending.id,
            outcome=outcome,
            proof=proof,
        )


def _cursor(told: dict[str, str]) -> str:
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def _told(after: str) -> dict[str, str]:
    try:
        data = json.loads(after) if after else {}
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in data.items()} if isinstance(data, dict) else {}
