"""Whether words may lie where the wrong person reads them: they say neither where, nor who, nor what it is about.

What is found is named by its kind and never repeated.
"""

import re
from collections.abc import Iterable

from accounts.models import Agency
from casework.models import Case
from casework.scan import Protected, fold, kinds_in, protected_values

TITLE = "Notes"  # of whatever is printed or sent
WHAT = "a word that says what it is about"
ORGANISATION = "the name of an organisation"
# Words as they begin, and whole ones, each in small letters; an underscore is any sign, or none.
BEGIN = "abus assault perpetrat safeguard stalk strangl violen"
WHOLE = (
    "999 court crime domestic front_door helpline idva injunction isva marac officer police rape refuge safety_plan "
    "shelter social_worker solicitor survivor victim women_s_aid"
)
BEGINS, WORDS = ("|".join(words.split()).replace("_", r"\W?") for words in (BEGIN, WHOLE))
TELLS = re.compile(rf"\b(?:(?:{BEGINS})|(?:{WORDS})s?\b)")


def gives_away_in(case: Case, text: str) -> list[str]:
    """The same of words about a case: against all that it knows, and every agency by its name."""
    agencies = Agency.objects.filter(partnership=case.partnership_id).values_list("name", flat=True)
    return gives_away(text, protected_values(case), agencies) if text.strip() else []


def gives_away(text: str, values: Iterable[Protected], organisations: Iterable[str]) -> list[str]:
    """The kinds of things in a text that say where, who or what, each once; none where it may be given."""
    found = set(kinds_in(text, values))
    if TELLS.search(fold(text)):
        found.add(WHAT)
    squashed = _squashed(text)
    if any(_squashed(name) in squashed for name in organisations):
        found.add(ORGANISATION)
    return sorted(found)


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))
