"""Ask an OpenID provider who somebody is, and believe only what it signed for us.

Decides how the provider is asked, and what of its answer holds. Who that is here, and in which
role, is decided in `admission`. Nothing of an answer goes into a message.

Source:
    OpenID Connect Core 1.0, sections 3.1.2, 3.1.3.7; RFC 7636 (PKCE, S256); RFC 9207 (the issuer
    in the answer); RFC 9700, section 2.1.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from dunning_sdk.errors import ConnectorError, UnknownCallerError
from dunning_sdk.installation.access_config import OpenIdConfig

TIMEOUT_SECONDS: Final = 10
LEEWAY_SECONDS: Final = 60
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
"""Signatures believed; never ``none``, and none by a shared secret."""
_METADATA: Final = "/.well-known/openid-configuration"
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_VERIFIER_BYTES: Final = 48
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What the browser keeps between asking and the answer.

    Attributes:
        state: Ties the answer to the question.
        nonce: Ties the token to the question.
        verifier: Proves that who asked is who fetches.
    """

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @classmethod
    def new(cls) -> Pending:
        """Return one that nobody guesses."""
        return cls(
            state=secrets.token_urlsafe(_VERIFIER_BYTES),
            nonce=secrets.token_urlsafe(_VERIFIER_BYTES),
            verifier=secrets.token_urlsafe(_VERIFIER_BYTES),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a provider says somebody is.

    Attributes:
        subject: Issuer and subject, which never changes.
        mailbox: Verified by the provider; empty where it is not.
        name: As pages show it.
        claims: Everything the token holds.
    """

    subject: str = field(repr=False)
    mailbox: str = field(repr=False)
    name: str = field(repr=False)
    claims: Mapping[str, Any] = field(repr=False)


class Provider:
    """One provider, asked for one tenant.

    Args:
        config: Its section of ``dunning.toml``.
        secret: Of the client; empty for a public one.
        back: Our address that it answers to.
    """

    def __init__(self, config: OpenIdConfig, *, secret: str, back: str) -> None:
        self.config = config
        self._secret = secret
        self._back = back

    def ask(self, pending: Pending) -> str:
        """Return the address the browser is sent to.

        Raises:
            ConnectorError: The provider does not answer, or not as it should.
        """
        with self._session() as session:
            endpoint = self._metadata(session)["authorization_endpoint"]
            url, _ = session.create_authorization_url(
                endpoint,
                state=pending.state,
                nonce=pending.nonce,
                code_verifier=pending.verifier,
            )
        return str(url)

    def hear(self, answer: Mapping[str, str], pending: Pending, *, now: datetime) -> Identity:
        """Return who the provider says it is.

        Args:
            answer: The query the browser came back with.
            pending: What it kept.
            now: Aware instant.

        Raises:
            ConnectorError: The provider does not answer, or not as it should.
            UnknownCallerError: The answer is not to our question, or does not hold.
        """
        is_ours = secrets.compare_digest(answer.get("state", "").encode(), pending.state.encode())
        if not is_ours or "code" not in answer:
            raise _unknown()
        if answer.get("iss", self.config.issuer) != self.config.issuer:
            raise _unknown()
        with self._session() as session:
            metadata = self._metadata(session)
            token = self._token(session, metadata["token_endpoint"], answer["code"], pending)
            keys = _asked(session, metadata["jwks_uri"])
        return self._believed(token, keys, pending, now)

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            client_id=self.config.client_id,
            client_secret=self._secret or None,
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none",
            scope=" ".join(self.config.scopes),
            redirect_uri=self._back,
            code_challenge_method="S256",
            default_timeout=TIMEOUT_SECONDS,
        )

    def _metadata(self, session: OAuth2Session) -> Mapping[str, Any]:
        issuer = self.config.issuer
        found = _asked(session, issuer.rstrip("/") + _METADATA)
        sound = found.get("issuer") == issuer and all(
            _is_protected(str(found.get(name, ""))) for name in _ENDPOINTS
        )
        if not sound:
            raise _failed("says it is another, or names no sound addresses")
        return found

    def _token(
        self, session: OAuth2Session, endpoint: str, code: str, pending: Pending
    ) -> Mapping[str, Any]:
        try:
            token: Mapping[str, Any] = session.fetch_token(
                endpoint,
                code=code,
                grant_type="authorization_code",
                code_verifier=pending.verifier,
                allow_redirects=False,
            )
        except AuthlibBaseError as problem:
            raise _unknown() from problem
        except (RequestException, ValueError) as problem:
            raise _failed("does not give a token") from problem
        return token

    def _believed(
        self, token: Mapping[str, Any], keys: Mapping[str, Any], pending: Pending, now: datetime
    ) -> Identity:
        options = {
            "iss": {"essential": True, "value": self.config.issuer},
            "aud": {"essential": True, "value": self.config.client_id},
        }
        params = {
            "nonce": pending.nonce,
            "client_id": self.config.client_id,
            "access_token": token.get("access_token", ""),
        }
        try:
            key_set = KeySet.import_key_set(dict(keys))  # type: ignore[arg-type]  # checked there
            read = jwt.decode(str(token["id_token"]), key_set, algorithms=[*ALGORITHMS])
            claims = CodeIDToken(read.claims, read.header, options, params)
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, KeyError, TypeError, ValueError) as problem:
            raise _unknown() from problem
        mailbox = claims.get("email", "") if claims.get("email_verified") is True else ""
        return Identity(
            subject=f"{claims['iss']} {claims['sub']}",
            mailbox=str(mailbox),
            name=str(claims.get("name") or mailbox or claims["sub"]),
            claims=dict(claims),
        )


def _asked(session: OAuth2Session, url: str) -> Mapping[str, Any]:
    """Return the JSON at an address, asked for without any token.

    Raises:
        ConnectorError: There is none.
    """
    try:
        answer = session.get(url, withhold_token=True, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (AuthlibBaseError, RequestException, ValueError) as problem:
        raise _failed("does not answer as it should") from problem
    if not isinstance(found, dict):
        raise _failed("does not answer as it should")
    return found


def _is_protected(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _unknown() -> UnknownCallerError:
    message = "The provider's answer does not say who this is"
    return UnknownCallerError(message, hint="Sign in again.")


def _failed(what: str) -> ConnectorError:
    return ConnectorError(
        f"The OpenID provider {what}",
        hint="Check issuer and client_id in [access.openid], and that it can be reached.",
        connector="openid",
    )
