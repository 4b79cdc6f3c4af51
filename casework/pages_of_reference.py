"""The pages of reference data: what holds in the partnership, and changing it, shown before it is done."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.gate import Page, SignedIn
from casework import commands, queries
from casework.forms_of_allocation import ReferenceForm
from casework.models import EDITABLE, Reference


class ShowReference(Page):
    """Each table of it, as it holds today, with what is planned."""

    permission = "casework.keep_reference"

    def get(self, request: SignedIn) -> HttpResponse:
        today = timezone.localdate()
        tables = [
            {
                "name": name,
                "label": str(model._meta.verbose_name).capitalize(),
                "columns": [str(model._meta.get_field(field).verbose_name) for field in shown(model)],  # type: ignore[union-attr]
                "rows": [
                    {"row": row, "cells": [getattr(row, field) for field in shown(model)]}
                    for row in queries.rows_of(request.user, name, today)
                ],
            }
            for name, model in EDITABLE.items()
        ]
        return render(request, "casework/reference.html", {"tables": tables, "today": today})


class ChangeReference(Page):
    """One row: what is typed, then what would change, then done."""

    permission = "casework.keep_reference"
    needs_version = False

    def get(self, request: SignedIn, table: str, code: str) -> HttpResponse:
        row = queries.row_to_change(request.user, table, code, timezone.localdate())
        return self.show(request, row, ReferenceForm(row=row))

    def post(self, request: SignedIn, table: str, code: str) -> HttpResponse:
        row = queries.row_to_change(request.user, table, code, timezone.localdate())
        form = ReferenceForm(request.POST, row=row)
        if not form.is_valid():
            return self.show(request, row, form, status=400)
        said, day = form.values()
        if not form.is_confirmed:
            return self.show(request, row, form, change=queries.change_of(request.user, row, said))
        try:
            commands.change_reference(actor=request.user, row=row, said=said, valid_from=day, now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(request, row, form, status=400)
        messages.success(request, "It will hold from that day on.")
        return redirect("reference")

    def show(self, request: SignedIn, row: Reference, form: ReferenceForm, **more: Any) -> HttpResponse:
        status = more.pop("status", 200)
        context = {
            "form": form,
            "row": row,
            "table": row._meta.verbose_name,
            "change": None,
            "back_url": reverse("reference"),
            **more,
        }
        return render(request, "casework/change_reference.html", context, status=status)


def shown(model: type[Reference]) -> list[str]:
    """The names of the columns of a table, as people read it."""
    return [*queries.fields_to_change(model), "valid_from"]
