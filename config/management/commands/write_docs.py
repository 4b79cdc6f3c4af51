"""Writes the documents that are made from the code: the permissions, the states and the API."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from config.documents import permissions_page, states_page

DOCS = Path(settings.BASE_DIR) / "docs"


class Command(BaseCommand):
    help = "Write docs/permissions.md, docs/states.md and docs/api.yaml."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--into", type=Path, default=DOCS, help="another folder than docs")

    def handle(self, *args: Any, into: Path, **options: Any) -> None:
        (into / "permissions.md").write_text(permissions_page())
        (into / "states.md").write_text(states_page())
        call_command("spectacular", file=str(into / "api.yaml"), validate=True, fail_on_warn=True)
