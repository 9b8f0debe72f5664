"""The examples of docs/api.md, as programs to run."""

from __future__ import annotations

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[1] / "docs" / "api.md"
FLASK = "from flask import Flask\nfrom tray import api\n\napp = Flask(__name__)\n\n"
GET = """
import json
response = app.test_client().get("/api/claude-status")
print(json.dumps([response.status_code, response.json]))
"""


def examples() -> dict[str, str]:
    """Return the code of each section of the document, by its heading."""
    sections = re.split(r"(?m)^## ", DOCUMENT.read_text(encoding="utf-8"))[1:]
    code = [re.search(r"```python\n(.*?)```", section, re.DOTALL) for section in sections]
    return {
        section.partition("\n")[0]: found[1] for section, found in zip(sections, code, strict=True) if found
    }


def lines(code: str) -> int:
    """Return how many lines an example has, without blank ones."""
    return sum(bool(line.strip()) for line in code.splitlines())


LOOK = examples()["Look at the gateway"]
ASK = examples()["Ask a question"]
CHEAPER = examples()["A cheaper model in a session of its own"]
ROUTE = FLASK + examples()["A route of a Flask server"] + GET
WATCH = examples()["Watch"]
