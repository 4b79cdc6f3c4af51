"""What a form carries unseen, so that a test can send it on as a browser would."""

import re
from typing import Any

HIDDEN = re.compile(r'<input type="hidden" name="(version|previewed)" value="([^"]*)"')


def hidden(page: Any) -> dict[str, Any]:
    """The version of what the page showed, and which categories of it."""
    return dict(HIDDEN.findall(page.text))
