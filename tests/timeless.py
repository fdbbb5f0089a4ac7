"""Archives that are the same bytes whenever they are written."""

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

__all__ = ["WRITTEN_AT", "timeless"]

WRITTEN_AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
_MOMENTS = re.compile(rb"(<(?:dcterms:(?:created|modified)|meta:creation-date|dc:date)[^>]*>)[^<]*")


def timeless(archive: bytes) -> bytes:
    """Return an archive without the moments at which it and its parts were written."""
    moment = WRITTEN_AT.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    settled = BytesIO()
    with ZipFile(BytesIO(archive)) as old, ZipFile(settled, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = ZipInfo(name, WRITTEN_AT.timetuple()[:6])
            part.compress_type = ZIP_DEFLATED
            part.create_system = 0
            new.writestr(part, _MOMENTS.sub(rb"\g<1>" + moment, old.read(name)))
    return settled.getvalue()
