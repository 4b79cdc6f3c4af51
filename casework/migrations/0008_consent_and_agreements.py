"""Consent as a record of its own, information-sharing agreements, and what a decision to share says besides."""

import casework.models.references
import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_work_that_waits"),
        ("casework", "0007_a_seal_is_held"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreementParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AgreementWarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days", models.PositiveSmallIntegerField()),
                ("warned_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ConsentRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("given", "They agree"),
                            ("refused", "They do not agree"),
                            ("withdrawn", "They no longer agree"),
                            ("not_sought", "They were not asked"),
                            ("unsafe_to_ask", "It was not safe to ask them"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("police_visit", "A police visit to a burgled home"),
                            ("safety_support", "Support and safety planning"),
                            ("safe_accommodation", "A safe place to live"),
                            ("housing_help", "Help with housing"),
                            ("health_care", "Health care"),
                            ("victim_support", "Practical and emotional support after a crime"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("with_the_share", "Said by the worker who shares"),
                            ("in_person", "In person"),
                            ("by_telephone", "By telephone"),
                            ("in_writing", "In writing"),
                            ("through_professional", "Through a professional"),
                        ],
                        max_length=30,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "capacity",
                    models.CharField(
                        choices=[("not_noted", "Not noted"), ("able", "Able to decide this"), ("doubted", "In doubt")],
                        default="not_noted",
                        max_length=20,
                    ),
                ),
                (
                    "interpreter",
                    models.BooleanField(help_text="Whether an interpreter helped; null: not noted.", null=True),
                ),
                ("until", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "permissions": [
                    ("record_consent", "Record what somebody agreed to"),
                    ("withdraw_consent", "Record that they no longer agree"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SharingAgreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reference",
                    models.CharField(
                        default=casework.models.references.new_reference, editable=False, max_length=13, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=150)),
                ("gateway", models.CharField(max_length=200)),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("valid_from", models.DateField()),
                (
                    "review_on",
                    models.DateField(help_text="The first day on which it no longer lets anything new be shared."),
                ),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "permissions": [
                    ("view_agreement", "See the information-sharing agreements"),
                    ("add_agreement", "Add an information-sharing agreement"),
                    ("end_agreement", "End an information-sharing agreement"),
                    ("warn_of_agreements", "Warn of agreements that are soon to be reviewed"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="sharingdecision",
            options={
                "default_permissions": (),
                "permissions": [
                    ("decide_sharing", "Decide to share"),
                    ("begin_sharing", "Put a decision to share into effect, by accepting"),
                    ("end_sharing", "End a share"),
                    ("shorten_sharing", "Let a share end earlier"),
                    ("widen_sharing", "Share more, or for longer, by a decision of its own"),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="nextstep",
            name="step_has_a_known_kind",
        ),
        migrations.RemoveConstraint(
            model_name="sharingdecision",
            name="decision_has_a_known_consent",
        ),
        migrations.RemoveConstraint(
            model_name="sharingdecision",
            name="decision_without_consent_says_why",
        ),
        migrations.RenameField(model_name="sharingdecision", old_name="consent", new_name="old_consent"),
        migrations.AddField(
            model_name="lawfulbasis",
            name="is_condition",
            field=models.BooleanField(default=False, help_text="Goes beside a basis, and is none by itself."),
        ),
        migrations.AddField(
            model_name="lawfulbasis",
            name="is_emergency",
            field=models.BooleanField(default=False, help_text="Never held up by an agreement that is missing."),
        ),
        migrations.AddField(
            model_name="lawfulbasis",
            name="rests_on_consent",
            field=models.BooleanField(default=False, help_text="Falls away when consent is withdrawn."),
        ),
        migrations.AddField(
            model_name="sharingdecision",
            name="authorised_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sharingdecision",
            name="beyond_agreement",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="sharingdecision",
            name="justification",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="sharingdecision",
            name="override_narrative",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="sharingdecision",
            name="override_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("serious_harm", "Risk of serious harm or homicide"),
                    ("child_at_risk", "A child is at risk"),
                    ("adult_at_risk", "An adult at risk cannot protect themselves"),
                    ("serious_crime", "To prevent a serious crime"),
                    ("court_order", "A court ordered it"),
                    ("public_protection", "To protect the public"),
                    ("staff_safety", "The safety of staff"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddField(
            model_name="sharingdecision",
            name="public_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="sharingdecision",
            name="told_victim",
            field=models.CharField(
                blank=True,
                choices=[("yes", "Yes"), ("no", "No"), ("unsafe", "No: it would not be safe")],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="sharingdecision",
            name="widens",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="widenings",
                to="casework.sharingdecision",
            ),
        ),
        migrations.AlterField(
            model_name="nextstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("call_back", "Call back by a safe route"),
                    ("offer_visit", "Offer a police visit"),
                    ("refer", "Refer to a partner service"),
                    ("follow_up_referral", "Follow up the referral"),
                    ("find_another_service", "Find another service: the referral was declined"),
                    ("decide_what_next", "Decide what happens next"),
                    ("tell_of_withdrawal", "Tell an agency that they no longer agree"),
                    ("other", "Other"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "call_back",
                            "offer_visit",
                            "refer",
                            "follow_up_referral",
                            "find_another_service",
                            "decide_what_next",
                            "tell_of_withdrawal",
                            "other",
                        ],
                    )
                ),
                name="step_has_a_known_kind",
            ),
        ),
        migrations.AddField(
            model_name="agreementparty",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
            ),
        ),
        migrations.AddField(
            model_name="consentrecord",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="casework.case"
            ),
        ),
        migrations.AddField(
            model_name="consentrecord",
            name="recipient",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
            ),
        ),
        migrations.AddField(
            model_name="consentrecord",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="consentrecord",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sharingdecision",
            name="consent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="casework.consentrecord",
            ),
        ),
        migrations.AddField(
            model_name="sharingagreement",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sharingagreement",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sharingagreement",
            name="partnership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="accounts.partnership"
            ),
        ),
        migrations.AddField(
            model_name="agreementwarning",
            name="agreement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="warnings", to="casework.sharingagreement"
            ),
        ),
        migrations.AddField(
            model_name="agreementparty",
            name="agreement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="parties", to="casework.sharingagreement"
            ),
        ),
        migrations.AddField(
            model_name="sharingdecision",
            name="agreement",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="casework.sharingagreement",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "override_reason__in",
                        [
                            "",
                            "serious_harm",
                            "child_at_risk",
                            "adult_at_risk",
                            "serious_crime",
                            "court_order",
                            "public_protection",
                            "staff_safety",
                        ],
                    )
                ),
                name="decision_is_overridden_for_a_known_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("told_victim__in", ["", "yes", "no", "unsafe"])),
                name="decision_says_in_a_known_way_whether_they_were_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("authorised_by__isnull", True),
                        ("override_narrative", ""),
                        ("override_reason", ""),
                        ("told_victim", ""),
                    ),
                    models.Q(
                        models.Q(("override_reason", ""), _negated=True),
                        models.Q(("override_narrative", ""), _negated=True),
                        models.Q(("told_victim", ""), _negated=True),
                        ("authorised_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="decision_is_overridden_whole_or_not_at_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["given", "refused", "withdrawn", "not_sought", "unsafe_to_ask"])),
                name="consent_has_a_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        [
                            "police_visit",
                            "safety_support",
                            "safe_accommodation",
                            "housing_help",
                            "health_care",
                            "victim_support",
                        ],
                    )
                ),
                name="consent_has_a_known_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("how__in", ["with_the_share", "in_person", "by_telephone", "in_writing", "through_professional"])
                ),
                name="consent_says_in_a_known_way_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__in", ["not_noted", "able", "doubted"])),
                name="consent_notes_a_known_capacity",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "given"), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="consent_that_is_not_given_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="consent_is_withdrawn_when_and_by_whom_or_neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_at__isnull", True), ("state", "given"), _connector="OR"),
                name="consent_is_withdrawn_only_where_it_was_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__isnull", True), ("until__gt", models.F("recorded_at")), _connector="OR"),
                name="consent_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("gateway", ""), _negated=True), name="agreement_says_its_gateway"
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "categories__contained_by",
                        [
                            "identity",
                            "contact",
                            "location",
                            "incident",
                            "risk",
                            "narrative",
                            "household",
                            "alleged",
                            "needs",
                        ],
                    ),
                    ("categories__len__gt", 0),
                ),
                name="agreement_names_known_categories",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("review_on__gt", models.F("valid_from"))),
                name="agreement_is_reviewed_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="agreement_is_ended_when_and_by_whom_or_neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementwarning",
            constraint=models.UniqueConstraint(fields=("agreement", "days"), name="agreement_is_warned_of_once_each"),
        ),
        migrations.AddConstraint(
            model_name="agreementparty",
            constraint=models.UniqueConstraint(fields=("agreement", "agency"), name="agreement_has_each_party_once"),
        ),
    ]
