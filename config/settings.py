"""Every setting, from the environment. Production's values are the defaults, so forgetting one is safe.

`MODE` is `production` (the default), `demo` or `test`. Only the last two may run on the embedded PostgreSQL.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from accounts.vault import KeysUnusable, new_keys
from audit.notes import new_key
from config import logs
from config.keys import keys_given, own_keys
from config.lock import roles

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def required(name: str, hint: str) -> str:
    """The variable's value, or a stop that says what to do about it."""
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {hint} See .env.example.")
    return value


MODE = env.str("MODE", default="production")
if MODE not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"MODE is {MODE!r}; it must be production, demo or test. See .env.example.")
PRODUCTION = MODE == "production"
PORT = env.str("PORT", default="8000")
if not PORT.isdecimal():
    raise ImproperlyConfigured("PORT must be a number, such as 8000.")

DEBUG = False
if PRODUCTION:
    SECRET_KEY = required("SECRET_KEY", "Make one: python -c 'import secrets; print(secrets.token_urlsafe(64))'.")
    ALLOWED_HOSTS = required("ALLOWED_HOSTS", "Name the hosts you serve, divided by commas.").split(",")
else:
    SECRET_KEY = f"only for {MODE}, where nothing is real"
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]

DATABASE_URL = env.str("DATABASE_URL", default="")
if PRODUCTION and not DATABASE_URL:
    required("DATABASE_URL", "Name a PostgreSQL 15 or later, as postgresql://user:password@host/name.")
if DATABASE_URL and not DATABASE_URL.startswith(("postgres://", "postgresql://")):
    raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://, as in .env.example.")
# Which login this program is: web unless manage.py, which knows its commands, says otherwise. A DATABASE_URL names
# its own. Only the migrator becomes the owner; whatever else a program does, it does as ACTS_AS.
DATABASE_LOGIN = env.str("DATABASE_LOGIN", default="web")
if DATABASE_URL:
    DATABASES = {"default": env.db_url("DATABASE_URL")}
else:
    from config.localdb import local_database

    LOCAL_DATABASE = local_database(MODE)
    DATABASES = {"default": LOCAL_DATABASE.settings(f"{roles.PREFIX}{DATABASE_LOGIN}")}
ACTS_AS = DATABASES["default"].get("USER", "")
# Measured, see docs/decisions/0020: connections stay, and each request asks first whether its own still lives.
DATABASES["default"] |= {
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {"assume_role": roles.OWNER} if DATABASE_LOGIN == "migrator" else {},
    "TEST": {"SERIALIZE": False},
}


def own_folder() -> Path:
    """Where an installation in which nobody is real keeps what it makes for itself."""
    return BASE_DIR / "var" if DATABASE_URL else LOCAL_DATABASE.home


# The keys that addresses, safe routes and drafts are encrypted with. Asked for by accounts.vault only.
VAULT_KEYS_GIVEN, VAULT_KEYS_FILE = env.str("VAULT_KEYS", default=""), env.str("VAULT_KEYS_FILE", default="")
if PRODUCTION and not VAULT_KEYS_FILE:
    required("VAULT_KEYS", "Name a file of keys in VAULT_KEYS_FILE, or give them. Make some: python -m accounts.vault.")
if VAULT_KEYS_GIVEN or VAULT_KEYS_FILE:
    try:
        VAULT_KEYS = keys_given(VAULT_KEYS_GIVEN, VAULT_KEYS_FILE)
    except (KeysUnusable, UnicodeDecodeError) as wrong:
        raise ImproperlyConfigured(f"VAULT_KEYS or its file is wrong. {wrong} See .env.example.") from None
    except OSError as wrong:
        raise ImproperlyConfigured(f"VAULT_KEYS_FILE cannot be read: {wrong.strerror}. See .env.example.") from None
else:
    VAULT_KEYS = own_keys(own_folder, f"vault-{MODE}.keys", new_keys)
del VAULT_KEYS_GIVEN

# The key that checkpoints of the log are signed with. Asked for by the sealer only; no other program is given it.
AUDIT_KEY_FILE = env.str("AUDIT_KEY_FILE", default="")
if AUDIT_KEY_FILE or PRODUCTION:
    AUDIT_KEY = lambda: Path(  # noqa: E731
        required("AUDIT_KEY_FILE", "Make a key: python -m audit.notes frontdoor.example/log > key.")
    ).read_text()
else:
    AUDIT_KEY = own_keys(own_folder, f"audit-{MODE}.key", lambda: new_key(f"front-door.example/{MODE}"))
AUDIT_PUBLIC_KEYS_FILE = env.str("AUDIT_PUBLIC_KEYS_FILE", default="")
AUDIT_WITNESSES = env.list("AUDIT_WITNESSES", default=[])
if MODE == "demo" and not AUDIT_WITNESSES:
    AUDIT_WITNESSES = [str(BASE_DIR / "var" / "witness" if DATABASE_URL else LOCAL_DATABASE.witness)]

SILENCED_SYSTEM_CHECKS = ["models.W045"]  # that a value is a ciphertext, the database alone checks
INSTALLED_APPS = [
    "config",
    "oversight",
    "referrals",
    "casework",
    "accounts",
    "audit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "guardian",
    "procrastinate.contrib.django",
    "rest_framework",
    "drf_spectacular",
    "drf_standardized_errors",
]

# Order matters: headers are outside of all that answers, files and faults too; refusals are written outside the
# transaction that they end, and the transaction wraps the rendering too, so that no page leaves without its event.
MIDDLEWARE = [
    "accounts.middleware.PrivateResponses",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.LengthRequired",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.RecordDenials",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.RequireDeclaration",
    "accounts.middleware.OneTransaction",
    "accounts.once.DoneOnce",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.pages.navigation",
            ],
        },
    },
]

# People and how they sign in. The second factor's place is allauth.mfa, beside allauth.account.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.adapter.Workers",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if PRODUCTION else 0  # whose address the limits count: not the proxy's

# Sessions: 30 minutes of rest end one; the cookie never outlives the browser. Saved at every request means here: when
# the time moved by a minute, see accounts/sessions.py.
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
if PRODUCTION:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Not "no-referrer": with it browsers send "Origin: null" with every form, and the check against forgery refuses them.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "require-trusted-types-for": ["'script'"],
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.gate.DeclaredPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.parsers.StrictJSONParser"],
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS would describe fields and list their choices
    "URL_FORMAT_OVERRIDE": None,  # one form of each answer
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accounts.api_errors.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Front Door API",
    "DESCRIPTION": "Sign in as on the pages; send the session's cookie with every request and, with every request "
    "that changes something, the value of the cookie csrftoken as X-CSRFToken. Errors are problem details (RFC 9457).",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Each list of codes has one name, whatever the fields are called that hold it.
    "ENUM_NAME_OVERRIDES": {
        "Role": "accounts.roles.Role",
        "CaseOutcome": "casework.models.CaseOutcome",
        "Disclosable": "casework.models.Disclosable",
        "Likeness": "casework.models.Likeness",
        "Sameness": "casework.models.Sameness",
        "SeemsSame": "casework.models.SeemsSame",
        "PartyRole": "casework.models.PartyRole",
        "AddressKind": "casework.models.AddressKind",
        "AlertFinding": "oversight.models.AlertFinding",
        "Alternative": "casework.models.ALTERNATIVES",
        "OutcomeCode": "referrals.models.OutcomeCode",
        "RequestKind": "referrals.models.RequestKind",
        "RequestStatus": "referrals.states.RequestStatus",
        "WithdrawReason": "referrals.models.WithdrawReason",
        "AuditFinding": "oversight.models.AuditFinding",
        "BarReason": "casework.models.BarReason",
        "CaseKind": "casework.models.CaseKind",
        "ClockOutcome": "casework.models.ClockOutcome",
        "DutyHolder": "casework.models.DutyHolder",
        "FileKind": "casework.cleaning.Kind",
        "EnhancedReason": "casework.models.Enhanced",
        "Entitlement": "casework.models.Entitlement",
        "CaseStatus": "casework.states.CaseStatus",
        "Category": "casework.categories.Category",
        "Consent": "casework.models.Consent",
        "ConsentHow": "casework.models.ConsentHow",
        "ContactStatus": "casework.states.ContactStatus",
        "YesNoUnknown": "casework.models.Danger",
        "DeclineReason": "referrals.models.DeclineReason",
        "Drawn": "oversight.models.Drawn",
        "ErasureStatus": "casework.states.ErasureStatus",
        "HubKind": "casework.models.HubKind",
        "Standing": "referrals.models.Standing",
        "Level": "casework.models.Level",
        "Need": "casework.models.Need",
        "HoldReason": "casework.models.HoldReason",
        "Gate": "casework.models.Gate",
        "LevelJudged": "casework.serializers.bodies.JUDGEMENTS",
        "Mode": "casework.models.Mode",
        "Purpose": "casework.models.Purpose",
        "ReferralStatus": "referrals.states.ReferralStatus",
        "RouteKind": "casework.models.RouteKind",
        "Safety": "casework.models.Safety",
        "SidesFinding": "casework.models.SidesFinding",
        "StepKind": "casework.models.StepKind",
        "StepKindPlanned": "casework.serializers.bodies.PLANNED",
        "StepOutcome": "casework.models.StepOutcome",
        "NumberKind": "casework.crimes.NumberKind",
        "VisitAnswer": "casework.models.VisitAnswer",
        "AskAnswer": "casework.models.AskAnswer",
        "VisitStatus": "casework.states.VisitStatus",
        "VisitStage": "casework.serializers.visits.STAGES",
        "Channel": "casework.models.Channel",
        "Visitor": "casework.models.Visitor",
        "WhyNoVisit": "casework.models.WhyNoVisit",
    },
    "ENUM_SUFFIX": "",
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "accounts.once.document"],
}

# Work that waits: found in each app's `jobs`; a worker does nothing that was not declared there.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = "accounts.work.guard_workers"

# Mail to workers, and where its links lead. A demonstration writes its mails into files, for whoever tries it.
if PRODUCTION:
    SITE_URL = required("SITE_URL", "Name the address that people open, as https://frontdoor.example.")
    EMAIL_FROM = required("EMAIL_FROM", "Name the address that notices to workers come from.")
    required("EMAIL_URL", "Name the mail server, as smtp+tls://user:password@host:587.")
    if not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured("SITE_URL must begin with https://, as in .env.example.")
else:
    SITE_URL, EMAIL_FROM = f"http://localhost:{PORT}", "front-door@demonstration.example"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_FROM
EMAIL_FILE_PATH = str(BASE_DIR / "var" / "mail")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
vars().update(env.email_url("EMAIL_URL", default="") if env.str("EMAIL_URL", default="") else {})
EMAIL_TIMEOUT = 20  # seconds: a job waits no longer for a mail server

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
if PRODUCTION:
    STATIC_ROOT = BASE_DIR / "staticfiles"
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
else:
    WHITENOISE_USE_FINDERS = True  # nothing to collect, for a demonstration or a test
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
# Files that are attached to cases: docs/attachments.md. In memory only: nothing of them lies on a disk in clear.
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", default=10 * 1024 * 1024)
ATTACHMENT_MAX_PIXELS = env.int("ATTACHMENT_MAX_PIXELS", default=40_000_000)
SCANNER = env.str("SCANNER", default="")
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = ATTACHMENT_MAX_BYTES + 64 * 1024

LOGGING = logs.LOGGING
