"""A change of nothing but what is being typed needs no event; which columns that are, the trigger's second argument
says. See docs/decisions/0041."""

from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text()


def before() -> str:
    """The function as it was."""
    text = (Path(__file__).parent / "0002_guards.sql").read_text()
    start = text.index("CREATE FUNCTION audit_required()")
    return text[start : text.index("END $$;", start) + len("END $$;")].replace("CREATE", "CREATE OR REPLACE", 1)


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_from_where")]

    operations = [migrations.RunSQL(FORWARD, before())]
