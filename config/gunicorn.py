"""How gunicorn serves: `gunicorn -c python:config.gunicorn config.wsgi`. Addresses are private: it logs no accesses."""

from config.logs import LOGGING

workers = 2
threads = 4
accesslog = None
logconfig_dict = LOGGING
