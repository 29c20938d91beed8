"""Make a whole message of a context: text, letter, QR code and documents.

Decides which parts a channel gets: an e-mail its HTML with the QR code in it, a letter its PDF
first, a text message a short text, anything else the plain text. Which channel it is, and whether
it goes, is decided by the book and the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from dunning_sdk.domain.notice import Attachment, Message
from dunning_sdk.domain.party import Contact
from dunning_sdk.domain.reach import KIND_OF, ReachKind, address_of
from dunning_sdk.notices.context import REMITTANCE_CHARACTERS_MAX, NoticeContext
from dunning_sdk.notices.epc_qr import (
    AMOUNT_MAX,
    AMOUNT_MIN,
    NAME_CHARACTERS_MAX,
    epc_payload,
    qr_png,
)
from dunning_sdk.notices.letter import Typesetter
from dunning_sdk.notices.press import Press
from dunning_sdk.notices.render import RenderedNotice, renderer_of
from dunning_sdk.notices.templates import TemplateSet

QR_FILE: Final = "payment-qr.png"
EMAIL: Final = "email"
LETTERS: Final = ("letter", "registered-letter", "registered-email")
SHORT: Final = ("sms", "whatsapp", "telegram", "messenger", "link")

_REGISTERED: Final = ("registered-letter", "registered-email")
_NOT_IN_FILE_NAMES: Final = re.compile(r"[^\w.-]+")
_SUFFIXES: Final = (("pdf", ".pdf"), ("xml", ".xml"))


class Composer:
    """Composes messages with one set of templates; keeps what can be used again.

    Args:
        templates: The texts.
        qr_codes: Whether payments are also shown as QR codes; needs the extra ``qr``.
        font_folders: As in `letter.Typesetter`.
    """

    def __init__(
        self,
        templates: TemplateSet,
        *,
        qr_codes: bool = True,
        font_folders: tuple[str, ...] = (),
    ) -> None:
        self.renderer = renderer_of(templates)
        self._templates = templates
        self.qr_codes = qr_codes
        self._font_folders = font_folders
        self._typesetter: Typesetter | None = None

    def compose(
        self,
        context: NoticeContext,
        *,
        notice_id: str,
        channel: str,
        documents: Iterable[Attachment] = (),
    ) -> Message:
        """Return one notice, ready to be handed to a channel.

        Args:
            context: What it is about.
            notice_id: The idempotency key.
            channel: ``email``, ``letter``, ``registered-letter``, ``sms`` or another.
            documents: Files that go with it, such as the invoices.

        Raises:
            DunningError: The template, the address or the account is not in order; see
                `render.Renderer.render` and `letter.Typesetter.letter`.
            ConfigError: A letter or a QR code is asked for and its extra is not installed.
        """
        payload = payment_payload(context) if self.qr_codes else ""
        shows_qr = bool(payload) and channel == EMAIL
        rendered = self.renderer.render(context, qr=QR_FILE if shows_qr else "")
        if channel in SHORT:
            text = self.renderer.short(context, subject=rendered.subject)
            rendered = replace(rendered, text=text)
        attachments = list(documents)
        if shows_qr and f'"cid:{QR_FILE}"' in rendered.html:
            attachments.insert(0, _file(QR_FILE, "image/png", qr_png(payload)))
        if channel in LETTERS:
            pdf = self._letter(context, rendered, channel=channel, qr_payload=payload)
            attachments.insert(0, _file(f"{notice_id}.pdf", "application/pdf", pdf))
        return _message(
            context, rendered, notice_id=notice_id, channel=channel, attachments=tuple(attachments)
        )

    def press(self, template: str) -> Press:
        """Return what prints documents with another template, in the same fonts.

        Raises:
            ConfigError: The extra ``letters`` is not installed.
        """
        return Press(self._templates, template, font_folders=self._font_folders)

    def _letter(
        self, context: NoticeContext, rendered: RenderedNotice, *, channel: str, qr_payload: str
    ) -> bytes:
        if self._typesetter is None:
            self._typesetter = Typesetter(self._templates, font_folders=self._font_folders)
        return self._typesetter.letter(
            context,
            rendered,
            registered=channel in _REGISTERED,
            electronic=KIND_OF.get(channel) is ReachKind.EMAIL,
            qr_payload=qr_payload,
        )


def payment_payload(context: NoticeContext) -> str:
    """Return the payment as a QR code would say it; empty where no code can.

    Source:
        House rule: none without an account and invoices, in another currency than the euro,
        outside the standard's amounts, or where the reference would not fit; a payee's name
        is cut at the 70 characters a SEPA transfer has.
    """
    total = context.claim_total
    reference = context.reference_to_quote
    if context.account is None or not context.items or total.currency != "EUR":
        return ""
    if not AMOUNT_MIN <= total <= AMOUNT_MAX or len(reference) > REMITTANCE_CHARACTERS_MAX:
        return ""
    name = context.payee_name[:NAME_CHARACTERS_MAX]
    return epc_payload(name, context.account, total, reference=reference)


def document(name: str, *, content: bytes, media_type: str) -> Attachment:
    """Return a file to go with a notice.

    Args:
        name: What it is called, such as an invoice number; signs that file names do not have
            become dashes, and the suffix of the media type is added.
        content: The bytes.
        media_type: MIME type.
    """
    suffix = next((end for sign, end in _SUFFIXES if sign in media_type), "")
    stem = _NOT_IN_FILE_NAMES.sub("-", name.removesuffix(suffix)).strip("-.") or "document"
    return _file(f"{stem}{suffix}", media_type, content)


def _file(name: str, media_type: str, content: bytes) -> Attachment:
    return Attachment(name=name, media_type=media_type, content=content)


def _message(
    context: NoticeContext,
    rendered: RenderedNotice,
    *,
    notice_id: str,
    channel: str,
    attachments: tuple[Attachment, ...],
) -> Message:
    by_email = KIND_OF.get(channel) is ReachKind.EMAIL
    contact = context.contact or context.addressee.contact() or Contact()
    reach = address_of(context.addressee, channel, contact)
    kind = reach.kind if reach else None
    by_letter = KIND_OF.get(channel) is ReachKind.POSTAL
    sender_email = context.sender_email or context.answer_to
    reply_to = context.answer_to if context.answer_to != sender_email else ""
    return Message(
        id=notice_id,
        channel=channel,
        sender_name=context.letterhead_name,
        sender_email=sender_email if by_email else "",
        reply_to=reply_to if by_email else "",
        to_name=context.contact_name or context.addressee.name,
        to_company=context.addressee.name if by_letter and context.contact_name else "",
        to_email=reach.value if reach and kind is ReachKind.EMAIL else "",
        to_address=context.addressee.address if kind is ReachKind.POSTAL else None,
        to_phone=reach.value if reach and kind is ReachKind.PHONE else "",
        to_handle=reach.value if reach and kind is ReachKind.HANDLE else "",
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html if by_email else "",
        language=context.language,
        attachments=attachments,
    )
