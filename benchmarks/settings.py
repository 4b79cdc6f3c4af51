"""The demonstration's settings, on a server of the benchmark's own. BENCHMARK_DATABASE tries others for its entry."""

import json
import os

os.environ |= {"MODE": "demo", "DATABASE_URL": ""}  # whatever the caller's environment says

from benchmarks.server import bench_database
from config.settings import *  # noqa: F403

LOCAL_DATABASE = bench_database(os.environ.get("BENCHMARK_FSYNC", "on"))
DATABASES["default"] |= LOCAL_DATABASE.settings(ACTS_AS)  # noqa: F405
DATABASES["default"] |= json.loads(os.environ.get("BENCHMARK_DATABASE", "{}"))  # noqa: F405
