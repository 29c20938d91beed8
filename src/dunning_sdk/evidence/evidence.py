"""The evidence file of one receivable: an archive that proves itself, and a page that people read.

Decides what the archive is made of and what names what. `evidence_parts` says what belongs to the
claim, `evidence_check` verifies the whole without the store. Equal states give equal bytes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from dunning_sdk.debtors.letters import letters_of
from dunning_sdk.debtors.thread_view import thread_of
from dunning_sdk.domain.event import Stream
from dunning_sdk.domain.thread import Entry
from dunning_sdk.errors import DomainError, RecordNotFoundError
from dunning_sdk.evidence.evidence_archive import pack
from dunning_sdk.evidence.evidence_check import FORMAT, INDEX, LOGS, PROOFS, seal_of
from dunning_sdk.evidence.evidence_facts import act_facts, interest_facts
from dunning_sdk.evidence.evidence_log import log_json
from dunning_sdk.evidence.evidence_page import TEMPLATE, Page
from dunning_sdk.evidence.evidence_parts import Claim, Workplace
from dunning_sdk.evidence.evidence_words import WORDS
from dunning_sdk.records.codec import to_json
from dunning_sdk.records.heads import HEADS, by_month, day_digests, digest_day, proofs_at
from dunning_sdk.records.kept_file import MEDIA_TYPES
from dunning_sdk.recovery.recovering import state_on
from dunning_sdk.rules.vocabulary import Language
from dunning_sdk.store.canonical import canonical
from dunning_sdk.store.interface import Session
from dunning_sdk.store.merkle import Proof

PAGE: Final = "evidence.pdf"
_LATIN_LAST: Final = "\u017f"
_PUNCTUATION: Final = frozenset(
    "\u2009\u202f\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u2022\u2026\u20ac"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """An evidence file.

    Attributes:
        receivable_id: Whose.
        archive: The ZIP archive.
        page: The PDF, which is in the archive as well.
        seal: Hash over the archive; whoever notes it can tell any other archive from this one.
        is_erased: Whether the debtor was erased, so that his data is not in it.
    """

    receivable_id: str
    archive: bytes
    page: bytes
    seal: str
    is_erased: bool


def make_evidence(
    place: Workplace,
    session: Session,
    receivable_id: str,
    *,
    as_of: date,
    language: Language = "en",
) -> Evidence:
    """Return the evidence file of one receivable; the log is digested where it grew since.

    Args:
        place: Configuration, books, plugins and connectors of the tenant.
        session: Open transaction.
        receivable_id: Which.
        as_of: Day of the file; interest is counted up to it. The log is in it whole.
        language: Of the page.

    Raises:
        RecordNotFoundError: No such receivable by that day.
        ConfigError: The page cannot be set: the extra ``letters`` is not installed.
    """
    receivable = state_on(session, receivable_id, as_of)
    digest_day(session, place.config.tenant, as_of, anew=True)
    claim = Claim(place, session, receivable, as_of)
    return _Maker(place, session, claim, language).evidence()


class _Maker:
    """Makes one file."""

    def __init__(
        self, place: Workplace, session: Session, claim: Claim, language: Language
    ) -> None:
        self._place = place
        self._session = session
        self._claim = claim
        self._language = language
        self._tenant = place.config.tenant
        self._members: dict[str, bytes] = {}

    def evidence(self) -> Evidence:
        claim = self._claim
        self._add_logs()
        self._add_files()
        for sent in claim.sent():
            self._members[f"messages/{sent.digest}.json"] = canonical(sent.data).encode()
        interest = interest_facts(claim)
        acts = list(act_facts(claim, self._session, self._language))
        self._add("facts/receivable.json", to_json(claim.receivable))
        self._add("facts/contract.json", claim.contract())
        self._add("facts/interest.json", interest)
        self._add("facts/acts.json", acts)
        self._members[PAGE] = self._printed(self._page(interest, acts))
        index = self._index()
        self._members[INDEX] = canonical(index).encode()
        return Evidence(
            receivable_id=claim.receivable.id,
            archive=pack(self._members),
            page=self._members[PAGE],
            seal=str(index["seal"]),
            is_erased=claim.is_erased,
        )

    def _add(self, name: str, value: object) -> None:
        text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str)
        self._members[name] = text.encode()

    def _add_logs(self) -> None:
        session, streams = self._session, self._claim.streams
        for place, stream in enumerate(streams, 1):
            chain = session.chain(stream)
            is_shown = partial(self._claim.is_shown, stream)
            data = log_json(self._tenant, stream, chain, is_shown=is_shown)
            self._add(f"{LOGS}{place:04}-{stream.kind}.json", data)
        others = [stream for stream in streams if stream != HEADS]
        proofs = [
            _proof_json(digest.on, digest.root, stream, (head.seq, head.digest), proof)
            for digest in by_month(day_digests(session))
            if digest.until >= self._claim.events[0].recorded_at
            for stream, (head, proof) in proofs_at(session, self._tenant, digest, others).items()
        ]
        self._add(PROOFS, {"proofs": proofs})

    def _add_files(self) -> None:
        """Add the invoice, what came with events that are shown, and what went with messages."""
        claim = self._claim
        named = [(digest, media_type) for _, _, digest, media_type in claim.documents()]
        named += [
            (str(one["digest"]), str(one["media_type"]))
            for sent in claim.sent()
            for one in sent.data["files"]
        ]
        for digest, media_type in named:
            try:
                content = self._session.blob(digest)
            except RecordNotFoundError:  # its owner was erased
                continue
            self._members[f"files/{digest}{_suffix(content, media_type)}"] = content

    def _page(
        self, interest: Mapping[str, Any], acts: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        claim, session = self._claim, self._session
        page = Page(claim, self._language, tenant=self._tenant)
        creditor = self._place.config.party("creditor")
        page.claim(creditor.name if creditor else "")
        page.documents([found[:3] for found in claim.documents()])
        page.messages(list(claim.sent()))
        page.letters(letters_of(session, claim.receivable, as_of=claim.as_of))
        page.replies(self._said())
        page.payments()
        page.interest(interest)
        page.acts(acts)
        streams = claim.streams
        page.log(
            count=sum(len(session.events(stream)) for stream in streams),
            streams=len(streams),
            faults=sum(len(session.verify(stream)) for stream in streams),
            digests=by_month(day_digests(session)),
        )
        return page.data()

    def _said(self) -> list[Entry]:
        thread = thread_of(self._session, self._claim.receivable.debtor_id)
        about = ("", self._claim.receivable.id)
        kinds = ("reply", "call")
        return [one for one in thread.entries if one.kind in kinds and one.receivable_id in about]

    def _printed(self, data: dict[str, Any]) -> bytes:
        """Return the page; characters no font has are replaced, and that is said."""
        press = self._place.wiring.composer.press(TEMPLATE)
        try:
            return press.printed(data, self._claim.as_of)
        except DomainError:
            said = WORDS[self._language]["unprinted"]
            warning = f"{data['warning']} {said}".strip()
            return press.printed({**_printable(data), "warning": warning}, self._claim.as_of)

    def _index(self) -> dict[str, Any]:
        claim = self._claim
        index: dict[str, Any] = {
            "format": FORMAT,
            "tenant": self._tenant,
            "receivable": claim.receivable.id,
            "debtor": claim.receivable.debtor_id,
            "as_of": claim.as_of.isoformat(),
            "is_erased": claim.is_erased,
            "members": [
                {
                    "name": name,
                    "bytes": len(self._members[name]),
                    "sha256": hashlib.sha256(self._members[name]).hexdigest(),
                }
                for name in sorted(self._members)
            ],
        }
        return {**index, "seal": seal_of(index)}


def _proof_json(
    on: date, root: str, stream: Stream, head: tuple[int, str], proof: Proof
) -> dict[str, Any]:
    return {
        "on": on.isoformat(),
        "root": root,
        "kind": stream.kind,
        "id": stream.id,
        "seq": head[0],
        "digest": head[1],
        "steps": [[other, is_left] for other, is_left in proof.steps],
    }


def _suffix(content: bytes, media_type: str) -> str:
    if media_type == "application/pdf" and not content.startswith(b"%PDF"):
        return ".xml" if content.lstrip().startswith(b"<") else ".bin"
    return next((end for end, kind in MEDIA_TYPES.items() if kind == media_type), ".bin")


def _printable(value: Any) -> Any:  # noqa: ANN401  # JSON, of any depth
    if isinstance(value, str):
        return "".join(
            sign if sign <= _LATIN_LAST or sign in _PUNCTUATION else "?" for sign in value
        )
    if isinstance(value, list):
        return [_printable(one) for one in value]
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return value
