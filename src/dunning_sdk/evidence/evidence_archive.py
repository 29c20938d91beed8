"""The archive of an evidence file: the same members give the same bytes, and no others do.

Decides how members are laid out in a ZIP archive: stored, sorted, without times. So the archive
can be written again from its members, and whatever else was changed in it shows.

>>> content = pack({"b.txt": b"2", "a.txt": b"1"})
>>> unpack(content) == ({"a.txt": b"1", "b.txt": b"2"}, ())
True
>>> unpack(content[:-1])[1]
('The archive cannot be read: it was cut off or changed',)
"""

import io
import re
import struct
import zipfile
from collections.abc import Mapping
from typing import Final

MEMBERS_MAX: Final = 100_000
_BROKEN: Final = "The archive cannot be read: it was cut off or changed"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_MODE: Final = 0o100600 << 16
_LOCAL_HEADER: Final = struct.Struct("<4s5H3I2H")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9]+)?(?:/[a-z0-9][a-z0-9_.-]*)?")


def pack(members: Mapping[str, bytes]) -> bytes:
    """Return the archive of members; equal members give equal bytes on every machine.

    Args:
        members: By name, of lower-case letters, digits, dashes and one folder at most.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, date_time=_EPOCH)
            info.create_system, info.external_attr = _UNIX, _MODE
            archive.writestr(info, members[name])
    return target.getvalue()


def unpack(content: bytes) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the members of an archive, and what is wrong with it, one sentence each.

    Args:
        content: Of any origin; nothing is written anywhere.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members, faults = _read(content, archive)
    except Exception:  # whatever a damaged archive makes the library raise
        return {}, (_BROKEN,)
    if not faults and pack(members) != content:
        faults.append("The archive was changed outside of its members")
    return members, tuple(faults)


def is_plain(name: str) -> bool:
    """Tell whether a member's name is one that evidence files have."""
    return _NAME.fullmatch(name) is not None and ".." not in name


def _read(content: bytes, archive: zipfile.ZipFile) -> tuple[dict[str, bytes], list[str]]:
    members: dict[str, bytes] = {}
    faults: list[str] = []
    listed = archive.infolist()
    if len(listed) > MEMBERS_MAX:
        return {}, [f"The archive has more than {MEMBERS_MAX} members"]
    for place, info in enumerate(listed, 1):
        if not is_plain(info.filename) or info.compress_type != zipfile.ZIP_STORED:
            faults.append(f"Member {place} of the archive has a name or form no evidence file has")
        elif info.filename in members:
            faults.append(f"Member {info.filename} is there twice")
        else:
            members[info.filename] = _content(content, archive, info, faults)
    return members, faults


def _content(
    content: bytes, archive: zipfile.ZipFile, info: zipfile.ZipInfo, faults: list[str]
) -> bytes:
    """Return a member's bytes, also where its checksum does not fit, so that more can be said."""
    try:
        return archive.read(info)
    except Exception:  # as above: a damaged member is named, not raised
        faults.append(f"Member {info.filename} is damaged")
    start = info.header_offset + _LOCAL_HEADER.size
    head = content[info.header_offset : start]
    if len(head) < _LOCAL_HEADER.size:
        return b""
    name_length, extra_length = _LOCAL_HEADER.unpack(head)[-2:]
    start += name_length + extra_length
    return content[start : start + info.file_size]
