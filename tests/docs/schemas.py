"""Write the JSON Schemas of rule books: ``python -m tests.docs.schemas``."""

import json

from dunning_sdk.rules.schema import schemas
from tests.shared import ROOT

FOLDER = ROOT / "docs" / "schema"


def texts() -> dict[str, str]:
    """Return each schema's file by name."""
    return {
        f"{name}.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in schemas().items()
    }


def write() -> None:
    """Bring the files up to date."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
