"""The shape of a file that is attached."""

from typing import Any

from django import forms

from casework.categories import Category
from casework.forms import radios


class FileForm(forms.Form):
    """A file, what it is about, and what it is."""

    file = forms.FileField(
        label="File",
        help_text="A picture (JPEG, PNG), a PDF or plain text. Where and with what a picture was taken is removed.",
    )
    title = forms.CharField(
        label="What is it?", max_length=100, help_text="A few words. The name of the file is not kept."
    )
    category = radios(
        Category.choices,
        label="What is it about?",
        help_text="Whoever is shown this of the case is shown the file too.",
    )

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"content": data["file"].read(), "title": data["title"], "category": data["category"]}
