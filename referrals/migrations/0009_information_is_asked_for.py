"""Requests for information, and when what is shared last changed."""

import casework.models.references
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0017_what_changed_is_told"),
        ("casework", "0041_requests_are_answered"),
        ("referrals", "0008_services_are_suggested"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InformationRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reference",
                    models.CharField(
                        default=casework.models.references.new_reference, editable=False, max_length=13, unique=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("police", "Victim information request by the police"),
                            ("court", "Victim information request for a court"),
                            ("further", "More about somebody who was referred"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for approval"),
                            ("sent", "Waits for an answer"),
                            ("given", "Given"),
                            ("not_held", "Not held"),
                            ("refused", "Will not be shared"),
                            ("withdrawn", "Taken back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("about", models.CharField(max_length=40)),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("period_from", models.DateField(null=True)),
                ("period_until", models.DateField(null=True)),
                ("material", models.CharField(max_length=500, verbose_name="what is asked for")),
                ("enquiry", models.CharField(blank=True, max_length=500, verbose_name="line of enquiry")),
                ("necessity", models.CharField(max_length=500, verbose_name="why it is necessary and proportionate")),
                ("other_means", models.CharField(blank=True, max_length=500, verbose_name="what else was considered")),
                (
                    "counselling",
                    models.CharField(blank=True, max_length=500, verbose_name="why what was said in confidence"),
                ),
                (
                    "notice",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("given", "Told in writing, on or before today"),
                            ("not_practicable", "Not told: it cannot reasonably be done"),
                            ("would_interfere", "Not told: it could interfere with the investigation"),
                            ("would_harm", "Not told: it could lead to serious harm"),
                        ],
                        max_length=20,
                        verbose_name="were they told",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField()),
                ("due_source", models.CharField(max_length=40)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "refusal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_necessary", "Not necessary or not proportionate"),
                            ("not_relevant", "Not relevant to what is asked for"),
                            ("other_means", "It can be had in a way that intrudes less"),
                            ("they_object", "They object, and no reason outweighs that"),
                            ("unsafe", "It would put somebody at risk"),
                            ("of_others", "It is about other people, or somebody else must be asked"),
                            ("privileged", "The law protects it: privilege, or a duty to keep it"),
                            ("other", "Another reason"),
                        ],
                        max_length=20,
                        verbose_name="why it is not shared",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=500, verbose_name="what was answered")),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "request",
                "permissions": [
                    ("view_request", "See requests for information"),
                    ("ask_information", "Ask for information that was not shared"),
                    ("approve_request", "Approve a request for information, as a second person"),
                    ("withdraw_request", "Take back a request for information"),
                    ("answer_request", "Answer a request for information"),
                ],
                "default_permissions": (),
            },
        ),
        migrations.RemoveConstraint(
            model_name="service",
            name="service_has_a_known_purpose",
        ),
        migrations.AddField(
            model_name="referral",
            name="changes",
            field=models.JSONField(default=dict, help_text="When what is shared last changed, by category."),
        ),
        migrations.AlterField(
            model_name="service",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("police_visit", "A police visit to a burgled home"),
                    ("safety_support", "Support and safety planning"),
                    ("safe_accommodation", "A safe place to live"),
                    ("housing_help", "Help with housing"),
                    ("health_care", "Health care"),
                    ("victim_support", "Practical and emotional support after a crime"),
                    ("request", "To answer a lawful request for information"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
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
                            "request",
                        ],
                    )
                ),
                name="service_has_a_known_purpose",
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="approved_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="asker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="casework.case"
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="decision",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requests",
                to="casework.sharingdecision",
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="holder",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="referral",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="step",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.nextstep"
            ),
        ),
        migrations.AddIndex(
            model_name="informationrequest",
            index=models.Index(fields=["asker", "-asked_at"], name="request_of_asker"),
        ),
        migrations.AddIndex(
            model_name="informationrequest",
            index=models.Index(
                condition=models.Q(("status", "sent")), fields=["holder", "due_at"], name="request_to_answer"
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["waiting", "sent", "given", "not_held", "refused", "withdrawn"])),
                name="request_has_a_known_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["police", "court", "further"])),
                name="request_has_a_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("notice__in", ["", "given", "not_practicable", "would_interfere", "would_harm"])),
                name="request_has_a_known_notice",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "refusal__in",
                        [
                            "",
                            "not_necessary",
                            "not_relevant",
                            "other_means",
                            "they_object",
                            "unsafe",
                            "of_others",
                            "privileged",
                            "other",
                        ],
                    )
                ),
                name="request_is_refused_for_a_known_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "further"), ("referral__isnull", False)),
                    models.Q(models.Q(("kind", "further"), _negated=True), ("referral__isnull", True)),
                    _connector="OR",
                ),
                name="request_for_more_names_its_referral",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
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
                name="request_names_known_categories",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("material", ""), _negated=True),
                    models.Q(("necessity", ""), _negated=True),
                    models.Q(
                        ("kind", "further"),
                        models.Q(
                            models.Q(("enquiry", ""), _negated=True), models.Q(("other_means", ""), _negated=True)
                        ),
                        _connector="OR",
                    ),
                ),
                name="request_says_its_grounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "further"),
                    models.Q(("categories__contains", ["narrative"]), _negated=True),
                    models.Q(("counselling", ""), _negated=True),
                    _connector="OR",
                ),
                name="request_for_what_was_said_in_confidence_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "further"), ("notice", "")),
                    models.Q(
                        models.Q(("kind", "further"), _negated=True),
                        models.Q(("notice", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="request_says_whether_the_victim_was_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period_until__gte", models.F("period_from")), ("period_from__isnull", True), _connector="OR"
                ),
                name="request_is_for_a_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        models.Q(("approved_by", models.F("asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="request_is_approved_by_a_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", True), ("status", "waiting")),
                    ("status", "withdrawn"),
                    models.Q(
                        ("sent_at__isnull", False),
                        ("status__in", ["sent", "given", "not_held", "refused"]),
                        ("step__isnull", False),
                        models.Q(("kind", "further"), ("approved_at__isnull", False), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="request_that_is_sent_was_approved_and_is_a_step",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("status__in", ("given", "not_held", "refused")),
                    ),
                    models.Q(
                        models.Q(("status__in", ("given", "not_held", "refused")), _negated=True),
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="request_is_answered_when_and_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision__isnull", False), ("status", "given")),
                    models.Q(models.Q(("status", "given"), _negated=True), ("decision__isnull", True)),
                    _connector="OR",
                ),
                name="request_that_is_given_names_its_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status", "refused"),
                        models.Q(("refusal", ""), _negated=True),
                        models.Q(("words", ""), _negated=True),
                    ),
                    models.Q(models.Q(("status", "refused"), _negated=True), ("refusal", "")),
                    _connector="OR",
                ),
                name="request_that_is_refused_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "withdrawn"), ("withdrawn_at__isnull", False)),
                    models.Q(models.Q(("status", "withdrawn"), _negated=True), ("withdrawn_at__isnull", True)),
                    _connector="OR",
                ),
                name="request_is_withdrawn_when_it_was",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="suggestionrule",
            name="suggestion_rule_is_for_known_purposes",
        ),
        migrations.AlterField(
            model_name="suggestionrule",
            name="purposes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("police_visit", "A police visit to a burgled home"),
                        ("safety_support", "Support and safety planning"),
                        ("safe_accommodation", "A safe place to live"),
                        ("housing_help", "Help with housing"),
                        ("health_care", "Health care"),
                        ("victim_support", "Practical and emotional support after a crime"),
                        ("request", "To answer a lawful request for information"),
                    ],
                    max_length=30,
                ),
                blank=True,
                default=list,
                help_text="Codes of purposes, with commas between. Empty: all. Of a need: the services that meet it.",
                size=None,
                verbose_name="only services for",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purposes__contained_by",
                        [
                            "police_visit",
                            "safety_support",
                            "safe_accommodation",
                            "housing_help",
                            "health_care",
                            "victim_support",
                            "request",
                        ],
                    )
                ),
                name="suggestion_rule_is_for_known_purposes",
            ),
        ),
    ]
