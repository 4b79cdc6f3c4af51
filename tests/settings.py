"""The settings under which the tests run: the same file, told that this is a test.

What a test arranges and asserts, it does as the owner, who sees everything. What the product does, in a request or
a command, it does as the web's role: the one middleware more sees to requests, `audit.acting` to all else.
"""

import os

os.environ["MODE"] = "test"
os.environ["DATABASE_LOGIN"] = "tester"

from config.lock import roles
from config.settings import *  # noqa: F403
from config.settings import DATABASES, MIDDLEWARE

ACTS_AS = roles.WEB
DATABASES["default"]["OPTIONS"] = {"assume_role": roles.OWNER}
MIDDLEWARE = ["tests.as_the_web.AsTheWeb", *MIDDLEWARE]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
