"""How many keys of cases each version wraps."""

from django.db.models import Count

from casework.models import CaseKey


def keys_by_version() -> dict[str, int]:
    """Counts only, so nothing of it is recorded."""
    found = CaseKey.objects.order_by("version").values_list("version").annotate(count=Count("pk"))
    return dict(found)
