"""How gunicorn serves: `gunicorn -c python:config.gunicorn config.wsgi`. Addresses are private: it logs no accesses."""

from config.logs import LOGGING

workers = 2  # one for each processor: a request's time is mostly Python's
threads = 4  # with threads the proxy's connections stay open. Each thread has a connection to the database
accesslog = None
logconfig_dict = LOGGING
