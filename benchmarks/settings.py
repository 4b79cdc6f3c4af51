"""The demonstration's settings, on a server of the benchmark's own, with one view more.

The environment tries others: BENCHMARK_DATABASE for its entry, BENCHMARK_BARE for no middleware at all,
BENCHMARK_AUDITLOG for django-auditlog beside the product.
"""

import json
import os

os.environ |= {"MODE": "demo", "DATABASE_URL": ""}  # whatever the caller's environment says

from benchmarks.server import bench_database
from config.settings import *  # noqa: F403

LOCAL_DATABASE = bench_database(os.environ.get("BENCHMARK_FSYNC", "on"))
AUDIT_WITNESSES = [str(LOCAL_DATABASE.witness)]
DATABASES["default"] |= LOCAL_DATABASE.settings(ACTS_AS)  # noqa: F405
DATABASES["default"] |= json.loads(os.environ.get("BENCHMARK_DATABASE", "{}"))  # noqa: F405
EMAIL_FILE_PATH = str(LOCAL_DATABASE.home / "bench-mail")
ROOT_URLCONF = "benchmarks.urls"
if os.environ.get("BENCHMARK_AUDITLOG"):
    INSTALLED_APPS += ["benchmarks", "auditlog"]  # noqa: F405
if os.environ.get("BENCHMARK_BARE"):
    MIDDLEWARE = []
    INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith("allauth")]
