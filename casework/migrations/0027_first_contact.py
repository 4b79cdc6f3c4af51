"""What is asked first when somebody calls, who called, the calls to 999, hubs, and equality questions."""

import casework.models.sealed
import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from pathlib import Path
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL


KEEPS = "IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN"
TYPED = "IF TG_OP = 'UPDATE' AND holds = to_jsonb(OLD) - TG_ARGV[2]::text[] THEN"


def keeping() -> tuple[str, str]:
    """The function that keeps versions, and as it was: what is only being typed leaves none."""
    text = (Path(__file__).parent / "0013_record_versions.sql").read_text()
    start = text.index("CREATE FUNCTION casework_keep_version()")
    before = text[start : text.index("END $$;", start) + len("END $$;")].replace("CREATE", "CREATE OR REPLACE", 1)
    return before.replace(KEEPS, TYPED), before


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_holders_are_asked"),
        ("casework", "0026_holders_are_asked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(*keeping()),
        migrations.CreateModel(
            name="CallerDetails",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", casework.models.sealed.SealedText(verbose_name="their name, or what they go by")),
                ("organisation", models.CharField(blank=True, max_length=200, verbose_name="their agency")),
                ("post", models.CharField(blank=True, max_length=100, verbose_name="their post")),
                ("call_back", casework.models.sealed.SealedText(verbose_name="number or address to answer them")),
                (
                    "checked",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_checked", "Not checked"),
                            ("rang_back", "Rang back through their agency's published number"),
                            ("known", "Wrote from their agency's own address"),
                            ("in_person", "Showed their card in person"),
                        ],
                        max_length=20,
                        verbose_name="how we know that it is them",
                    ),
                ),
                ("relation", models.CharField(blank=True, max_length=100, verbose_name="what they are to the victim")),
                ("how_they_know", models.CharField(blank=True, max_length=500, verbose_name="how they know")),
                (
                    "may_be_named",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
                        max_length=10,
                        verbose_name="may we say that they called",
                    ),
                ),
                (
                    "aware",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
                        max_length=10,
                        verbose_name="does the victim know of this",
                    ),
                ),
                (
                    "agrees",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
                        max_length=10,
                        verbose_name="does the victim agree",
                    ),
                ),
                ("assessed_with", models.CharField(blank=True, max_length=60, verbose_name="risk tool they used")),
                ("assessed_on", models.DateField(null=True, verbose_name="when")),
                ("age", models.PositiveSmallIntegerField(null=True, verbose_name="age of the child")),
                ("heard", models.CharField(blank=True, max_length=200, verbose_name="what was heard")),
                ("asked_for", models.CharField(blank=True, max_length=300, verbose_name="what they wanted to be told")),
            ],
            options={
                "verbose_name_plural": "details of callers",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="EmergencyCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("called_at", models.DateTimeField(verbose_name="999 was called")),
                (
                    "police_reference",
                    models.CharField(blank=True, max_length=40, verbose_name="number the police gave"),
                ),
                ("said_where", models.BooleanField(verbose_name="the address was read out")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="what was agreed")),
            ],
            options={
                "permissions": [("call_police", "Write down a call to 999")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="EqualityAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "question",
                    models.CharField(
                        choices=[
                            ("sex", "Sex"),
                            ("gender_reassignment", "Gender reassignment"),
                            ("ethnicity", "Ethnic group"),
                            ("religion", "Religion or belief"),
                            ("disability", "Disability or health condition"),
                            ("sexual_orientation", "Sexual orientation"),
                            ("marriage", "Marriage or civil partnership"),
                            ("maternity", "Pregnancy or maternity"),
                        ],
                        max_length=30,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="in their words")),
                (
                    "not_asked",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unsafe", "It was not safe to ask"),
                            ("distress", "They were too distressed"),
                            ("no_time", "There was no time"),
                            ("another_spoke", "Somebody else spoke for them"),
                            ("refused", "They would rather not say"),
                        ],
                        max_length=20,
                        verbose_name="not asked because",
                    ),
                ),
                ("noted_at", models.DateTimeField(verbose_name="noted")),
            ],
            options={
                "permissions": [("note_equality", "Note answers to equality questions")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Hub",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40)),
                ("name", models.CharField(max_length=100)),
                ("kind", models.CharField(choices=[("fixed", "At one place"), ("mobile", "Mobile")], max_length=10)),
                ("is_open", models.BooleanField(default=True)),
            ],
            options={
                "permissions": [("work_at_hub", "Work at a hub"), ("keep_hubs", "Add and close hubs")],
                "default_permissions": (),
            },
        ),
        migrations.RemoveConstraint(
            model_name="address",
            name="address_has_a_known_kind",
        ),
        migrations.RemoveConstraint(
            model_name="contact",
            name="contact_has_a_known_channel",
        ),
        migrations.RemoveConstraint(
            model_name="contact",
            name="contact_has_a_known_caller",
        ),
        migrations.RemoveConstraint(
            model_name="contact",
            name="contact_that_is_logged_says_how_who_what_and_danger",
        ),
        migrations.RemoveConstraint(
            model_name="nextstep",
            name="step_has_a_known_kind",
        ),
        migrations.AddField(
            model_name="contact",
            name="alone",
            field=models.CharField(
                blank=True,
                choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
                max_length=10,
                verbose_name="alone",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="cut_short",
            field=models.BooleanField(default=False, verbose_name="they had to hang up"),
        ),
        migrations.AddField(
            model_name="contact",
            name="if_cut_off",
            field=models.CharField(
                blank=True,
                choices=[("wait", "Wait for them"), ("call_back", "Ring them back"), ("emergency", "Call 999")],
                max_length=10,
                verbose_name="if we are cut off",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="markers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("injury", "Injury"),
                        ("strangulation", "Strangled or choked"),
                        ("weapon", "Weapon"),
                        ("threats_to_kill", "Threats to kill"),
                        ("stalking", "Stalking"),
                        ("separation", "Separated within a year"),
                        ("pregnancy", "Pregnant or new baby"),
                        ("child_contact", "Quarrel over seeing children"),
                        ("suicidal", "Thoughts of suicide"),
                        ("honour", "Honour-based abuse or forced marriage"),
                        ("repeat", "Burgled before"),
                        ("alone_at_home", "Lives alone and is frightened"),
                    ],
                    max_length=20,
                ),
                default=list,
                size=None,
                verbose_name="named in it",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="opinion",
            field=models.TextField(blank=True, max_length=5000, verbose_name="what the worker thinks"),
        ),
        migrations.AddField(
            model_name="contact",
            name="safe_to_talk",
            field=models.CharField(
                blank=True,
                choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
                max_length=10,
                verbose_name="safe to talk",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="wanted",
            field=models.TextField(blank=True, max_length=2000, verbose_name="what they want to happen"),
        ),
        migrations.AddField(
            model_name="party",
            name="age_said",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="age, as it was said"),
        ),
        migrations.AddField(
            model_name="party",
            name="arrangements",
            field=models.CharField(blank=True, max_length=300, verbose_name="who they live with and see"),
        ),
        migrations.AddField(
            model_name="party",
            name="call_them",
            field=models.CharField(blank=True, max_length=100, verbose_name="what to call them"),
        ),
        migrations.AddField(
            model_name="party",
            name="dialect",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="party",
            name="interpreter_booking",
            field=models.CharField(blank=True, max_length=100, verbose_name="booking of the interpreter"),
        ),
        migrations.AddField(
            model_name="party",
            name="interpreter_may_know_them",
            field=models.BooleanField(null=True, verbose_name="an interpreter may know them or their family"),
        ),
        migrations.AddField(
            model_name="party",
            name="interpreter_wanted",
            field=models.CharField(blank=True, max_length=100, verbose_name="what kind of interpreter"),
        ),
        migrations.AddField(
            model_name="party",
            name="needs",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("safe_place", "A safe place to stay"),
                        ("housing", "Housing"),
                        ("security", "Making the home secure"),
                        ("money", "Money and benefits"),
                        ("no_recourse", "Cannot get public funds"),
                        ("immigration_advice", "Advice on immigration"),
                        ("legal", "Legal advice"),
                        ("counselling", "Counselling"),
                        ("health", "Health"),
                        ("children", "Help for the children"),
                        ("drugs_alcohol", "Help with drugs or alcohol"),
                        ("pets", "A place for pets"),
                    ],
                    max_length=20,
                ),
                default=list,
                size=None,
                verbose_name="needs help with",
            ),
        ),
        migrations.AlterField(
            model_name="address",
            name="kind",
            field=models.CharField(
                choices=[
                    ("home", "Home"),
                    ("shared_with_alleged", "Shared with the alleged perpetrator"),
                    ("safe", "A safe place"),
                    ("refuge_office", "Refuge: its organisation and a PO box"),
                    ("work", "Workplace"),
                    ("school", "School or nursery"),
                    ("mail", "For letters"),
                    ("gp", "GP"),
                    ("whereabouts", "Where they were when they called"),
                    ("other", "Another place where they can be found"),
                ],
                default="home",
                max_length=20,
                verbose_name="kind of place",
            ),
        ),
        migrations.AlterField(
            model_name="contact",
            name="caller",
            field=models.CharField(
                blank=True,
                choices=[
                    ("victim", "The victim"),
                    ("professional", "A professional"),
                    ("third_party", "Somebody else who knows them"),
                    ("anonymous", "Somebody who does not give a name"),
                    ("child", "A child or young person"),
                    ("silent", "Nobody spoke, or the call was dropped"),
                    ("asks_where", "Somebody who wants a location or a confirmation"),
                ],
                max_length=20,
                verbose_name="who made contact",
            ),
        ),
        migrations.AlterField(
            model_name="contact",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[
                    ("phone", "Telephone"),
                    ("call_back", "Telephone: we rang them back"),
                    ("web", "Web form"),
                    ("email", "Email"),
                    ("text", "Text message"),
                    ("chat", "Web chat"),
                    ("walk_in", "In person, at a hub"),
                    ("elsewhere", "In person, at a library or hospital"),
                    ("outreach", "Outreach"),
                    ("referral_form", "Professional referral form"),
                    ("police_transfer", "Police transfer"),
                    ("marac", "Meeting about high risk (MARAC)"),
                ],
                max_length=20,
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
                    ("tell_caller", "Tell the professional who called what came of it"),
                    ("tell_of_withdrawal", "Tell an agency that they no longer agree"),
                    ("other", "Other"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "home",
                            "shared_with_alleged",
                            "safe",
                            "refuge_office",
                            "work",
                            "school",
                            "mail",
                            "gp",
                            "whereabouts",
                            "other",
                        ],
                    )
                ),
                name="address_has_a_known_kind",
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
                            "tell_caller",
                            "tell_of_withdrawal",
                            "other",
                        ],
                    )
                ),
                name="step_has_a_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "needs__contained_by",
                        [
                            "safe_place",
                            "housing",
                            "security",
                            "money",
                            "no_recourse",
                            "immigration_advice",
                            "legal",
                            "counselling",
                            "health",
                            "children",
                            "drugs_alcohol",
                            "pets",
                        ],
                    )
                ),
                name="party_has_known_needs",
            ),
        ),
        migrations.AddField(
            model_name="callerdetails",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="callers", to="casework.case"
            ),
        ),
        migrations.AddField(
            model_name="callerdetails",
            name="contact",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="details_of_caller", to="casework.contact"
            ),
        ),
        migrations.AddField(
            model_name="emergencycall",
            name="called_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="emergencycall",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="emergency_calls", to="casework.case"
            ),
        ),
        migrations.AddField(
            model_name="emergencycall",
            name="contact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="emergency_calls", to="casework.contact"
            ),
        ),
        migrations.AddField(
            model_name="equalityanswer",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="equality_answers", to="casework.case"
            ),
        ),
        migrations.AddField(
            model_name="equalityanswer",
            name="noted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="equalityanswer",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="equality_answers", to="casework.party"
            ),
        ),
        migrations.AddField(
            model_name="hub",
            name="partnership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hubs", to="accounts.partnership"
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="hub",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="casework.hub",
                verbose_name="at which hub",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "channel__in",
                        [
                            "",
                            "phone",
                            "call_back",
                            "web",
                            "email",
                            "text",
                            "chat",
                            "walk_in",
                            "elsewhere",
                            "outreach",
                            "referral_form",
                            "police_transfer",
                            "marac",
                        ],
                    )
                ),
                name="contact_has_a_known_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "caller__in",
                        ["", "victim", "professional", "third_party", "anonymous", "child", "silent", "asks_where"],
                    )
                ),
                name="contact_has_a_known_caller",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "draft"),
                    models.Q(
                        models.Q(("channel", ""), _negated=True),
                        models.Q(("caller", ""), _negated=True),
                        models.Q(("danger", ""), _negated=True),
                        models.Q(("kind", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("channel", ""), _negated=True),
                        models.Q(("danger", ""), _negated=True),
                        ("cut_short", True),
                        ("next_step__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="contact_that_is_logged_says_how_who_what_and_danger",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("safe_to_talk__in", ["", "yes", "no", "unknown"])),
                name="contact_knows_whether_they_could_talk",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("alone__in", ["", "yes", "no", "unknown"])),
                name="contact_knows_whether_they_were_alone",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("if_cut_off__in", ["", "wait", "call_back", "emergency"])),
                name="contact_has_a_known_plan_if_cut_off",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "markers__contained_by",
                        [
                            "injury",
                            "strangulation",
                            "weapon",
                            "threats_to_kill",
                            "stalking",
                            "separation",
                            "pregnancy",
                            "child_contact",
                            "suicidal",
                            "honour",
                            "repeat",
                            "alone_at_home",
                        ],
                    )
                ),
                name="contact_names_known_markers",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("hub__isnull", True), ("channel", "walk_in"), _connector="OR"),
                name="contact_at_a_hub_was_in_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="callerdetails",
            constraint=models.CheckConstraint(
                condition=models.Q(("checked__in", ["", "not_checked", "rang_back", "known", "in_person"])),
                name="caller_is_checked_in_a_known_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="callerdetails",
            constraint=models.CheckConstraint(
                condition=models.Q(("may_be_named__in", ["", "yes", "no", "unknown"])),
                name="caller_may_be_named_or_not_or_was_not_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="callerdetails",
            constraint=models.CheckConstraint(
                condition=models.Q(("aware__in", ["", "yes", "no", "unknown"])),
                name="caller_says_whether_the_victim_knows_of_this",
            ),
        ),
        migrations.AddConstraint(
            model_name="callerdetails",
            constraint=models.CheckConstraint(
                condition=models.Q(("agrees__in", ["", "yes", "no", "unknown"])),
                name="caller_says_whether_the_victim_agrees",
            ),
        ),
        migrations.AddConstraint(
            model_name="callerdetails",
            constraint=models.CheckConstraint(
                condition=models.Q(("age__isnull", True), ("age__lt", 18), _connector="OR"),
                name="caller_who_is_a_child_is_under_18",
            ),
        ),
        migrations.AddConstraint(
            model_name="callerdetails",
            constraint=models.CheckConstraint(
                condition=RawSQL(
                    "(name IS NULL OR (substring(name from 1 for 1) = '\\x01'::bytea AND octet_length(name) > 29)) AND (call_back IS NULL OR (substring(call_back from 1 for 1) = '\\x01'::bytea AND octet_length(call_back) > 29))",
                    [],
                    output_field=models.BooleanField(),
                ),
                name="caller_is_sealed_where_it_names",
            ),
        ),
        migrations.AddConstraint(
            model_name="equalityanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "question__in",
                        [
                            "sex",
                            "gender_reassignment",
                            "ethnicity",
                            "religion",
                            "disability",
                            "sexual_orientation",
                            "marriage",
                            "maternity",
                        ],
                    )
                ),
                name="equality_question_is_a_known_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="equalityanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("not_asked__in", ["", "unsafe", "distress", "no_time", "another_spoke", "refused"])
                ),
                name="equality_is_not_asked_for_a_known_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="equalityanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer", ""), ("not_asked", ""), _connector="XOR"),
                name="equality_question_has_an_answer_or_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="hub",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["fixed", "mobile"])), name="hub_has_a_known_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="hub",
            constraint=models.UniqueConstraint(fields=("partnership", "code"), name="hub_has_a_code_of_its_own"),
        ),
    ]
