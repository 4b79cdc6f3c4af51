"""The settings under which the tests run: the same file, told that this is a test."""

import os

os.environ["MODE"] = "test"

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
