"""A transport that holds every call and every reply against a vendor's own OpenAPI contract."""

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import yaml
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the contracts are long
HOST = "http://contract.invalid"


class Judged:
    """Passes calls on, once the contract has nothing against them, and judges the data of replies.

    Args:
        transport: What makes the calls.
        spec: The contract, as `contract` reads it.
        base: Path below the host that the contract's paths begin after.

    Attributes:
        judged: Method, path and status of every exchange, in order.
    """

    def __init__(self, transport, spec, *, base=""):
        self._transport = transport
        self._spec = spec
        self._base = base
        self.judged = []

    def send(self, call):
        parts = urlsplit(call.url)
        path = parts.path.removeprefix(self._base)
        request = MockRequest(
            HOST,
            call.method,
            path,
            args=dict(parse_qsl(parts.query)),
            headers=dict(call.headers),
            data=call.body or None,
            content_type=call.headers.get("Content-Type", "application/json"),
        )
        self._spec.validate_request(request)
        reply = self._transport.send(call)
        kind = reply.headers.get("content-type", "").split(";")[0]
        if 200 <= reply.status < 300 and kind == "application/json":
            self._spec.validate_response(
                request,
                MockResponse(
                    reply.body,
                    status_code=reply.status,
                    headers=dict(reply.headers),
                    content_type=kind,
                ),
            )
        self.judged.append((call.method, path, reply.status))
        return reply


def contract(path: Path) -> OpenAPI:
    """Read a contract; its servers, and those of its paths, become one that does not exist.

    Of security schemes the judge knows some alone, so OAuth 2.0 is dropped: a bearer is a header.
    A default of null is dropped from parameters: contracts made from code have it where the
    schema beside it allows no null, and it would be judged although nothing was sent.
    """
    text = path.read_text(encoding="utf-8")
    spec = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=_LOADER)  # noqa: S506 - safe
    declared = spec.get("components", {}).get("securitySchemes", {}).values()
    schemes = {scheme.get("type") for scheme in declared}
    for item in spec["paths"].values():
        item.pop("servers", None)
        for operation in item.values():
            if isinstance(operation, dict) and schemes == {"oauth2"}:
                operation.pop("security", None)
            for parameter in operation.get("parameters", []) if isinstance(operation, dict) else []:
                if parameter.get("schema", {}).get("default", "") is None:
                    del parameter["schema"]["default"]
    return OpenAPI.from_dict(
        spec | {"servers": [{"url": HOST}]}, config=Config(spec_validator_cls=None)
    )
