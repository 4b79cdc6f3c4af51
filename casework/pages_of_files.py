"""The pages of files: what is attached to a case, attaching one, and opening one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.authorization import authorize, can
from accounts.gate import Page, SignedIn
from casework import commands, queries
from casework.categories import Category
from casework.cleaning import Kind
from casework.forms_of_files import FileForm
from casework.models import Case
from casework.policy import clock

TYPES = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.PDF: "application/pdf",
    Kind.TEXT: "text/plain; charset=utf-8",
}


class ShowFiles(Page):
    permission = "casework.view_attachment"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        files = queries.read_attachments(actor=request.user, case=case)
        context = {
            "files": [(file, Category(file.category).label) for file in files],
            "case": case,
            "may_add": can(request.user, "casework.add_attachment", case),
        }
        return render(request, "casework/files.html", context)


class AddFile(Page):
    permission = "casework.add_attachment"
    needs_version = False

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        return self.show(request, self.found(request, reference), FileForm())

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = self.found(request, reference)
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(request, case, form, status=400)
        try:
            commands.add_attachment(actor=request.user, case=case, now=clock(), **form.said())
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(request, case, form, status=400)
        return redirect("files", case.reference)

    def found(self, request: SignedIn, reference: str) -> Case:
        case = queries.get_case(request.user, reference, self.permission)
        authorize(request.user, self.permission, case)
        return case

    def show(self, request: SignedIn, case: Case, form: FileForm, status: int = 200) -> HttpResponse:
        words = {"heading": "Attach a file", "submit": "Attach it"}
        back = reverse("files", args=[case.reference])
        return render(request, "casework/form.html", {"form": form, "back_url": back, **words}, status=status)


class OpenFile(Page):
    """The file, to be taken away under a name that says nothing; nothing in a browser runs or shows it in our name."""

    permission = "casework.view_attachment"

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        file = queries.get_attachment(request.user, public_id)
        content = queries.open_attachment(actor=request.user, file=file)
        answer = HttpResponse(content, content_type=TYPES[Kind(file.kind)])
        answer["Content-Disposition"] = f'attachment; filename="{file.file_name}"'
        answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return answer


class ScanFile(Page):
    permission = "casework.scan_attachment"
    needs_version = False

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        file = queries.get_attachment(request.user, public_id, self.permission)
        found = commands.scan_attachment(actor=request.user, file=file, now=clock())
        messages.success(request, found.get_scanned_display())
        return redirect("files", file.case.reference)
