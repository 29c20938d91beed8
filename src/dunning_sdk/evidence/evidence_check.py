"""Verify an evidence file without the store: what was changed, left out or cut off is named.

Decides what has to agree: the archive with its index, every stream with its chain, every message
and file with the event that names its hash, and every stream with the digests of its days. What
nobody can tell from the file alone is whether all of it was made anew; for that it is compared with
the seal that was noted when it was made, or with the digest of a day that was handed out.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import Stream
from dunning_sdk.errors import StoreError
from dunning_sdk.evidence.evidence_archive import unpack
from dunning_sdk.evidence.evidence_log import LoggedStream, read_log
from dunning_sdk.store.canonical import canonical
from dunning_sdk.store.chain import Head
from dunning_sdk.store.merkle import Proof, leaf_of, root_by

FORMAT: Final = "dunning-evidence-1"
INDEX: Final = "index.json"
PROOFS: Final = "log/proofs.json"
LOGS: Final = "log/stream-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What the verification of an evidence file found.

    Attributes:
        receivable_id: Which claim it is about; empty where the index cannot be read.
        as_of: Day it was made for, ISO 8601.
        seal: Hash over the whole file, to be compared with the one noted when it was made.
        streams: How many streams of events it holds.
        events: How many events.
        digests: Day and root of every digest in the file, oldest first.
        is_erased: Whether the debtor was erased, so that his data is not in the file.
        faults: One sentence for each thing that is wrong; empty when sound.
    """

    receivable_id: str = ""
    as_of: str = ""
    seal: str = ""
    streams: int = 0
    events: int = 0
    digests: tuple[tuple[str, str], ...] = ()
    is_erased: bool = False
    faults: tuple[str, ...]


def verify_evidence(
    content: bytes, *, seal: str = "", digest: tuple[str, str] = ("", "")
) -> Verified:
    """Return whether an evidence file is as it was made, and what of it is not.

    Args:
        content: The archive.
        seal: As noted when it was made; empty where it was not.
        digest: Day and root of a digest that was handed out by that day; empty for none.
    """
    members, broken = unpack(content)
    found = list(broken)
    index = _index(members, found)
    found += _member_faults(members, index)
    logs = dict(_logs(members, found))
    own = {log.stream: log for log in logs.values()}
    for log in own.values():
        found += log.faults()
    found += _belonging(index, own)
    found += _named_faults(members, own)
    digests = _digests(own)
    found += _proof_faults(members, own, digests)
    found += _noted_faults(index, digests, seal, digest)
    return Verified(
        receivable_id=str(index.get("receivable", "")),
        as_of=str(index.get("as_of", "")),
        seal=str(index.get("seal", "")),
        streams=len(own),
        events=sum(len(log.chain.links) for log in own.values()),
        digests=tuple(digests),
        is_erased=_is_erased(own),
        faults=tuple(dict.fromkeys(found)),
    )


def seal_of(index: Mapping[str, Any]) -> str:
    """Return the hash over an index, which covers every member by its own hash.

    Source:
        House rule: SHA-256 of the canonical JSON of the index without its seal.
    """
    bare = {key: value for key, value in index.items() if key != "seal"}
    return hashlib.sha256(canonical(bare).encode()).hexdigest()


def _index(members: Mapping[str, bytes], found: list[str]) -> dict[str, Any]:
    data = _json(members.get(INDEX, b""))
    if data is None:
        found.append("The index is missing or cannot be read")
        return {}
    if data.get("format") != FORMAT or not isinstance(data.get("members"), list):
        found.append(f"The index is not one of {FORMAT}")
        return {}
    try:
        is_own = data.get("seal") == seal_of(data) and members[INDEX] == canonical(data).encode()
    except StoreError:  # it holds what no index of ours holds
        is_own = False
    if not is_own:
        found.append("The index was changed: its seal does not fit")
    return data


def _member_faults(members: Mapping[str, bytes], index: Mapping[str, Any]) -> Iterator[str]:
    listed = {
        str(one.get("name")): one for one in index.get("members", ()) if isinstance(one, dict)
    }
    for name in sorted(listed.keys() - members.keys()):
        yield f"Member {name} is missing"
    for name in sorted(members.keys() - listed.keys() - {INDEX}):
        yield f"Member {name} is not in the index"
    for name in sorted(members.keys() & listed.keys()):
        if hashlib.sha256(members[name]).hexdigest() != listed[name].get("sha256"):
            yield f"Member {name} was changed: its SHA-256 is another one"


def _logs(members: Mapping[str, bytes], found: list[str]) -> Iterator[tuple[str, LoggedStream]]:
    for name in sorted(members):
        if not name.startswith(LOGS):
            continue
        data = _json(members[name])
        try:
            yield name, read_log(data or {})
        except ValueError as problem:
            found.append(f"The log {name} cannot be read: {problem}")


def _belonging(index: Mapping[str, Any], own: Mapping[Stream, LoggedStream]) -> Iterator[str]:
    """Yield where the claim's own stream is missing, or a stream is of another tenant."""
    if not index:
        return
    claim = Stream(kind="receivable", id=str(index.get("receivable")))
    if claim not in own:
        yield f"The log of receivable {claim.id} is missing"
    for stream, log in own.items():
        if log.tenant != index.get("tenant"):
            yield f"The log of {stream.kind} {stream.id} is of another tenant"


def _named_faults(
    members: Mapping[str, bytes], own: Mapping[Stream, LoggedStream]
) -> Iterator[str]:
    """Yield the messages and files that events name and that are not as they were then."""
    held, told = _by_digest(members, "files/"), _by_digest(members, "messages/")
    for stream, log in own.items():
        for place, link in enumerate(log.chain.links):
            about = f"event {link.seq} of {stream.kind} {stream.id}"
            header, payload = log.header(link), log.payload(place)
            if payload is None:
                continue
            for digest in _files_named(link.type, header):
                yield from _unlike(members, held, digest, f"The file that {about} names")
            digest = str(header.get("message") or "")
            if digest and not _is_erased(own):
                yield from _unlike(members, told, digest, f"The message that {about} sent")


def _by_digest(members: Mapping[str, bytes], folder: str) -> dict[str, str]:
    own = (name for name in members if name.startswith(folder))
    return {name.removeprefix(folder).split(".")[0]: name for name in own}


def _files_named(type: str, header: Mapping[str, Any]) -> Iterator[str]:
    if type == events.OPENED and header.get("document"):
        yield str(header["document"])
    files = header.get("files")
    for one in files if isinstance(files, list) else ():
        if isinstance(one, dict):
            yield str(one.get("digest"))


def _is_erased(own: Mapping[Stream, LoggedStream]) -> bool:
    """Tell whether the debtor was erased: the words of the first event are gone."""
    claims = [log for stream, log in own.items() if stream.kind == "receivable"]
    return any(log.chain.links and log.chain.salted[0] is None for log in claims)


def _unlike(
    members: Mapping[str, bytes], held: Mapping[str, str], digest: str, what: str
) -> Iterator[str]:
    name = held.get(digest)
    if name is None:
        yield f"{what} is missing: SHA-256 {digest}"
    elif hashlib.sha256(members[name]).hexdigest() != digest:
        yield f"{what} was changed: {name}"


def _digests(own: Mapping[Stream, LoggedStream]) -> list[tuple[str, str]]:
    log = own.get(Stream(kind="tenant", id="heads"))
    return [(link.on, str(log.header(link).get("root"))) for link in log.chain.links] if log else []


def _proof_faults(
    members: Mapping[str, bytes],
    own: Mapping[Stream, LoggedStream],
    digests: list[tuple[str, str]],
) -> Iterator[str]:
    """Yield the streams that are not, or no longer, what the digests of their days say."""
    data = _json(members.get(PROOFS, b"")) or {}
    proofs = [one for one in data.get("proofs", ()) if isinstance(one, dict)]
    latest = digests[-1] if digests else ("", "")
    proved: set[Stream] = set()
    for one in proofs:
        on, root = str(one.get("on")), str(one.get("root"))
        if (on, root) not in digests:
            yield f"The digest of {on} is not in the log"
        try:
            stream, head, way = _proof(one)
        except (KeyError, TypeError, ValueError):
            yield f"A proof of {on} cannot be read"
            continue
        log = own.get(stream)
        if log is None:
            yield f"The log of {stream.kind} {stream.id} was digested on {on} and is missing"
            continue
        if root_by(leaf_of(log.tenant, stream, head), way) != root:
            yield f"The digest of {on} does not hold event {head.seq} of {stream.kind} {stream.id}"
        if not any((link.seq, link.digest) == (head.seq, head.digest) for link in log.chain.links):
            what = f"Event {head.seq} of {stream.kind} {stream.id}"
            yield f"{what}, digested on {on}, is missing or another one"
        if (on, root) == latest and log.chain.head == head:
            proved.add(stream)
    for stream in sorted(own.keys() - proved, key=lambda one: (one.kind, one.id)):
        if stream != Stream(kind="tenant", id="heads"):
            yield f"The end of {stream.kind} {stream.id} is not proved by the latest digest"


def _proof(data: Mapping[str, Any]) -> tuple[Stream, Head, Proof]:
    stream = Stream(kind=str(data["kind"]), id=str(data["id"]))
    steps = tuple((str(other), bool(is_left)) for other, is_left in data["steps"])
    return stream, Head(seq=int(data["seq"]), digest=str(data["digest"])), Proof(steps=steps)


def _noted_faults(
    index: Mapping[str, Any],
    digests: list[tuple[str, str]],
    seal: str,
    digest: tuple[str, str],
) -> Iterator[str]:
    """Yield where the file is not the one somebody noted the seal or a digest of."""
    if seal and index.get("seal") != seal.strip().lower():
        yield "The seal is not the one that was noted: this is another file"
    on, root = digest
    if root and (on, root.strip().lower()) not in digests:
        yield f"The digest noted for {on} is not in the log: the log was made anew or cut off"


def _json(content: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None
