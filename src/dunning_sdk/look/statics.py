"""Serve the files pages need, each under a name that holds the hash of its content.

Decides that such a file may be kept for ever, since other content has another name, and that
nothing but the files of the packages can be asked for. Texts are packed once, at the start.

>>> assets = Assets(("look",))
>>> assets.href("look.css").startswith("/static/look.")
True
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dunning_sdk.errors import UnknownNameError
from dunning_sdk.look.words import missing_name

PREFIX: Final = "/static"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}
_HASH_DIGITS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asset:
    path: str
    content: bytes
    packed: bytes
    media_type: str


class Assets:
    """The files of packages, by their plain names.

    Args:
        packages: Names below ``dunning_sdk``; their files lie in ``static``.
        at: Where the application is mounted.
    """

    def __init__(self, packages: Iterable[str], *, at: str = "") -> None:
        self._at = at
        self._by_name = {name: asset for one in packages for name, asset in _files_of(one)}
        self._by_path = {asset.path: asset for asset in self._by_name.values()}

    def href(self, name: str) -> str:
        """Return the address of a file.

        Raises:
            UnknownNameError: No package has it.
        """
        found = self._by_name.get(name)
        if found is None:
            raise UnknownNameError(findings=(missing_name("static", name, self._by_name),))
        return f"{self._at}{PREFIX}/{found.path}"

    def route(self) -> Route:
        """Return the route that serves them."""
        return Route(f"{PREFIX}/{{path}}", self._serve, methods=["GET"], name="static")

    async def _serve(self, request: Request) -> Response:
        asset = self._by_path.get(request.path_params["path"])
        if asset is None:
            return PlainTextResponse("There is no such file.\n", status_code=404)
        headers = {"cache-control": _FOR_EVER, "vary": "accept-encoding"}
        content = asset.content
        if "gzip" in request.headers.get("accept-encoding", ""):
            content = asset.packed
            headers["content-encoding"] = "gzip"
        return Response(content, media_type=asset.media_type, headers=headers)


def _files_of(package: str) -> Iterator[tuple[str, _Asset]]:
    folder = resources.files("dunning_sdk") / package / "static"
    if not folder.is_dir():
        return
    for file in folder.iterdir():
        stem, _, ending = file.name.rpartition(".")
        if ending in _TYPES:
            content = file.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:_HASH_DIGITS]
            yield (
                file.name,
                _Asset(
                    path=f"{stem}.{digest}.{ending}",
                    content=content,
                    packed=gzip.compress(content, mtime=0),
                    media_type=_TYPES[ending],
                ),
            )
