"""An OpenID provider of the tests' own, on a port of this machine: Authlib's server parts.

It signs everybody in as the person named, checks client, address, code and PKCE as a real one does,
and can be told to spoil one thing of its answers.
"""

import json
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Error
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload, OAuth2Request
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, UserInfo
from authlib.oidc.core.grants import OpenIDCode
from joserfc.jwk import RSAKey

CLIENT_ID, SECRET = "dunning", "secret-of-the-client"


class Client(ClientMixin):
    """The one client that is registered."""

    def __init__(self, provider):
        self._provider = provider
        self.client_id = CLIENT_ID

    def get_client_id(self):
        return CLIENT_ID

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri == self._provider.back

    def check_client_secret(self, client_secret):
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


class Code(AuthorizationCodeMixin):
    """One code, and what it was given for."""

    def __init__(self, code, request):
        data = request.payload.data
        self.code = code
        self.user = request.user
        self.redirect_uri = data["redirect_uri"]
        self.scope = data["scope"]
        self.nonce = data.get("nonce")
        self.code_challenge = data.get("code_challenge")
        self.code_challenge_method = data.get("code_challenge_method")

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return int(time.time())

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class Grant(AuthorizationCodeGrant):
    """The code flow, its codes kept in the provider."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code, request):
        self.server.provider.codes[code] = Code(code, request)

    def query_authorization_code(self, code, client):
        return self.server.provider.codes.get(code)

    def delete_authorization_code(self, authorization_code):
        del self.server.provider.codes[authorization_code.code]

    def authenticate_user(self, authorization_code):
        return authorization_code.user


class Tokens(OpenIDCode):
    """ID tokens, spoiled where the provider says so."""

    def __init__(self, provider):
        super().__init__(require_nonce=True)
        self._provider = provider

    def exists_nonce(self, nonce, request):
        return False

    def get_client_algorithm(self, client):
        return "RS256"

    def get_client_claims(self, client):
        return {"iss": self._provider.issuer, "aud": [CLIENT_ID]}

    def resolve_client_private_key(self, client):
        return self._provider.signing_key

    def get_encode_header(self, client):
        return {"alg": "RS256", "kid": self._provider.signing_key.kid}

    def generate_user_info(self, user, scope):
        return UserInfo(**{**user, **self._provider.spoiled})


class Asked(OAuth2Request):
    """A request, whose fields came in the address or in a form."""

    def __init__(self, method, url, headers, fields):
        super().__init__(method, url, headers=headers)
        self.payload = BasicOAuth2Payload(fields)

    @property
    def form(self):
        return self.payload.data

    @property
    def args(self):
        return self.payload.data


class Server(AuthorizationServer):
    """Authlib's server, over plain records."""

    def __init__(self, provider):
        super().__init__()
        self.provider = provider
        self.register_token_generator("default", _bearer)
        self.register_grant(Grant, [CodeChallenge(required=True), Tokens(provider)])

    def query_client(self, client_id):
        return Client(self.provider) if client_id == CLIENT_ID else None

    def save_token(self, token, request):
        pass

    def send_signal(self, name, *args, **kwargs):
        pass

    def create_oauth2_request(self, request):
        method, url, headers, body = request
        return Asked(method, url, headers, dict(parse_qsl(body or urlsplit(url).query)))

    def handle_response(self, status, body, headers):
        return status, body, dict(headers)


def _bearer(grant_type, client, user=None, scope=None, **_):
    return {"token_type": "Bearer", "access_token": "t" * 32, "scope": scope, "expires_in": 60}


class Provider:
    """A provider that is running.

    Attributes:
        issuer: Its address.
        person: Claims of who signs in.
        back: The one address registered for answers.
        spoiled: Claims laid over what tokens hold.
        signing_key: What tokens are signed with; its keys tell `key`.
        metadata: Laid over what it says of itself.
    """

    def __init__(self, port):
        self.issuer = f"http://localhost:{port}"
        self.back = ""
        self.person = {}
        self.spoiled = {}
        self.metadata = {}
        self.codes = {}
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one"}, private=True)
        self.signing_key = self.key
        self.server = Server(self)

    def answer(self, method, path, headers, body):
        url = self.issuer + path
        where = urlsplit(path).path
        if where == "/.well-known/openid-configuration":
            return 200, json.dumps(self._metadata()), {}
        if where == "/keys":
            return 200, json.dumps({"keys": [self.key.as_dict(private=False)]}), {}
        request = (method, url, headers, body)
        if where == "/authorize":
            try:
                grant = self.server.get_consent_grant(request, end_user=self.person)
            except OAuth2Error as problem:
                return 400, str(problem), {}
            return self.server.create_authorization_response(
                request, grant_user=self.person, grant=grant
            )
        return self.server.create_token_response(request)

    def _metadata(self):
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
        addresses = {name: f"{self.issuer}/{path}" for name, path in names.items()}
        own = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}
        return {**own, **addresses, **self.metadata}


@contextmanager
def a_provider():
    """Run a provider and yield it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer("")

        def do_POST(self):
            self._answer(self.rfile.read(int(self.headers["content-length"])).decode())

        def _answer(self, body):
            given = provider.answer(self.command, self.path, self.headers, body)
            status, text, headers = given
            content = (json.dumps(text) if isinstance(text, dict) else text or "").encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        provider = Provider(http.server_port)
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            http.shutdown()
            thread.join()
