"""The shape of what is typed about workers: an invitation, a role, where somebody goes, a first password."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.models import Agency, Invitation, User
from accounts.queries import agencies_for, agencies_to_invite_to, roles_to_give


class InviteForm(forms.Form):
    """Whom to invite, and to what. Only who may choose an agency is asked for one."""

    name = forms.CharField(label="What is their name?", max_length=100)
    email = forms.EmailField(
        label="What is their e-mail address at work?", max_length=254, help_text="The link is sent there."
    )
    agency = forms.ModelChoiceField(label="Which agency will they work for?", queryset=Agency.objects.none())
    role = forms.ChoiceField(label="What will they be?")

    def __init__(self, *args: Any, actor: User, **options: Any) -> None:
        self.agencies = agencies_to_invite_to(actor)
        super().__init__(*args, **options)
        self.fields["role"].choices = roles_to_give(actor)  # type: ignore[attr-defined]
        self.fields["agency"].queryset = self.agencies  # type: ignore[attr-defined]
        if len(self.agencies) == 1:
            del self.fields["agency"]

    def said(self) -> dict[str, Any]:
        return {"agency": next(iter(self.agencies)), **self.cleaned_data}


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Which role do they have from now on?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, actor: User, worker: User, **options: Any) -> None:
        super().__init__(*args, **options | {"initial": {"role": worker.role}})
        self.fields["role"].choices = roles_to_give(actor)  # type: ignore[attr-defined]


class ReleaseForm(forms.Form):
    to = forms.ModelChoiceField(label="Which agency do they go to?", queryset=Agency.objects.none())

    def __init__(self, *args: Any, actor: User, worker: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].queryset = agencies_for(actor).exclude(pk=worker.agency_id)  # type: ignore[attr-defined]


class JoinForm(forms.Form):
    """A first password, held against the same rules as every other."""

    password = forms.CharField(
        label="Choose a password",
        help_text="Twelve signs or more. Three words that have nothing to do with each other are easy to keep in mind.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **options: Any) -> None:
        self.invitation = invitation
        super().__init__(*args, **options)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.invitation.email, name=self.invitation.name))
        return password
