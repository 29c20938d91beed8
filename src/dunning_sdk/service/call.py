"""One call of the service: who, with which body, and how often it counts.

Decides that a request under an ``Idempotency-Key`` is done once: the same again gets the first
answer, another under the same key is refused, and one whose answer never came is not done again
unseen. Answers are kept for a day, sealed, for one tenant and one key.

Source:
    IETF draft "The Idempotency-Key HTTP Header Field" (draft-ietf-httpapi-idempotency-key-header).
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import Header, Request, Security
from fastapi.security import HTTPBearer, SecurityScopes
from starlette.responses import Response

from dunning_sdk.access.api_key import Caller, Scope
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import DunningError, RepeatedRequestError
from dunning_sdk.service.problem import answer_to
from dunning_sdk.store.answer import Answer

KEPT_HOURS: Final = 24
REPLAYED: Final = "idempotency-replayed"
SERVER_FAULT: Final = 500
"""From here on an answer may be otherwise when it is tried again: none is kept."""

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="An API key, made with `dunning api-keys create`; the scopes it needs are listed.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call.

    Attributes:
        caller: Who.
        request_id: To be found in the log.
        request: Digest of method, path, query and body.
        asked: Names in the query.
        key: Under which it counts once; empty where it changes nothing.
    """

    caller: Caller
    request_id: str
    request: str
    asked: frozenset[str]
    key: str = ""

    @property
    def engine(self) -> Engine:
        """Return the engine of the caller's tenant."""
        return self.caller.engine

    def done(self, verb: Callable[[], tuple[int, Any]]) -> Response:
        """Return the answer: that of the verb, or of the first time it was called.

        Args:
            verb: Does what is asked; returns a status and what JSON holds.

        Raises:
            DunningError: The verb refused, or the key counts for another request.
        """
        if not self.key:
            status, said = verb()
            return json_response(said, status)
        first = self._begun()
        if first is not None:
            return _as_before(first)
        try:
            status, said = verb()
        except DunningError as problem:
            refused = answer_to(problem, request_id=self.request_id)
            self._end(refused if refused.status_code < SERVER_FAULT else None)
            return refused
        answer = json_response(said, status)
        self._end(answer)
        return answer

    @property
    def _name(self) -> str:
        return f"{self.caller.key.id}/{self.key}"

    def _begun(self) -> Answer | None:
        """Return the answer of the first time; ``None`` where this is the first."""
        now = datetime.now(UTC)
        with self.engine.store.begin() as session:
            session.drop_answers(before=now - timedelta(hours=KEPT_HOURS))
            found = session.answer(self._name)
            if found is None:
                session.put_answer(Answer(key=self._name, request=self.request, begun_at=now))
                return None
        if found.request != self.request:
            message = "This Idempotency-Key came with another request"
            raise RepeatedRequestError(message, hint="Use a new key for a new request.")
        if not found.status:
            message = "The first request under this key has no answer yet"
            hint = "It is under way, or was cut off: look what became of it before a new key."
            raise RepeatedRequestError(message, hint=hint)
        return found

    def _end(self, answer: Response | None) -> None:
        """Keep an answer; ``None`` lets the request be tried again under its key."""
        with self.engine.store.begin() as session:
            if answer is None:
                session.drop_answer(self._name)
                return
            session.put_answer(
                Answer(
                    key=self._name,
                    request=self.request,
                    begun_at=datetime.now(UTC),
                    status=answer.status_code,
                    content=bytes(answer.body),
                )
            )


def json_response(said: Any, status: int = 200) -> Response:  # noqa: ANN401  # what JSON holds
    """Return JSON as an answer."""
    text = json.dumps(said, ensure_ascii=False, default=str)
    return Response(text, status_code=status, media_type="application/json")


def _as_before(first: Answer) -> Response:
    is_fine = first.status < 400  # RFC 9110: below are no errors
    media_type = "application/json" if is_fine else "application/problem+json"
    headers = {REPLAYED: "true"}
    return Response(first.content, first.status, headers, media_type=media_type)


async def called(
    scopes: SecurityScopes, request: Request, _: Annotated[object, Security(_bearer)]
) -> Call:
    """Return a call, where its key has the scopes of the operation.

    Raises:
        ForbiddenError: It has not.
    """
    caller: Caller = request.state.caller
    for scope in scopes.scopes:
        caller.require(Scope(scope))
    parts = (request.method, request.url.path, request.url.query)
    digest = hashlib.sha256("\n".join(parts).encode() + b"\n" + request.state.body)
    return Call(
        caller=caller,
        request_id=request.state.request_id,
        request=digest.hexdigest(),
        asked=frozenset(request.query_params),
    )


async def called_once(
    call: Annotated[Call, Security(called)],
    idempotency_key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            min_length=8,
            max_length=128,
            pattern=r"^[A-Za-z0-9._~:/+=-]+$",
            description="Your word for this request, such as a UUID: it is done once under it.",
        ),
    ],
) -> Call:
    """Return a call that counts once under its key."""
    return replace(call, key=idempotency_key)
