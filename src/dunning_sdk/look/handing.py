"""Hand files out: browsers save them, and neither show them nor guess what they are."""

from urllib.parse import quote

from starlette.responses import Response


def handed_out(content: bytes, name: str, media_type: str) -> Response:
    """Return a file to be saved under its name; `headers` says that nobody else keeps it.

    Args:
        content: Its bytes.
        name: Any text; the browser makes a file name of it.
        media_type: Of the content.

    Source:
        RFC 6266, section 4; RFC 8187.
    """
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"content-disposition": disposition}
    return Response(content, media_type=media_type, headers=headers)
