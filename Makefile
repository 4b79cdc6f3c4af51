# The things one does here. Each works on a fresh checkout; .venv is made when its requirements change.
PORT ?= 8000
SEED ?= 1
ROUNDS ?= 1
CONTACTS ?= 500
CLIENTS ?= 4
FAILPOINTS ?= all
WORLDS ?= 100
MINUTES ?= 600
MATRIX_OF = tests/architecture/test_who_gets_what_answer.py tests/architecture/test_who_sees_what.py tests/architecture/test_two_worlds.py tests/specs/test_hostile_input.py tests/specs/test_answers_are_private.py tests/specs/test_the_api_refuses.py tests/specs/test_who_is_shut_out_finds_nothing.py
export PYTHON

.PHONY: demo test coverage matrix worlds sabotage mutants benchmarks browser crash lock format

demo: .venv/ready  # the service with fictional people, on http://localhost:8000 (PORT=, RECORDS=a CSV file)
	MODE=demo .venv/bin/python manage.py migrate --verbosity 0
	MODE=demo .venv/bin/python manage.py demo --port $(PORT) $(if $(RECORDS),--records "$(RECORDS)")

test: .venv/ready  # everything that must hold before a change is shared
	.venv/bin/python tests/checks.py

coverage: .venv/ready  # the tests once more, counting what of the code they run; measuring makes them a good half slower
	.venv/bin/python -m pytest -n 2 --cov --cov-report=term

matrix: .venv/ready  # every route, method, kind of person and relation to the case, of which make test asks a sample
	MATRIX=whole .venv/bin/python -m pytest -n 2 --dist worksteal -q $(MATRIX_OF)

worlds: .venv/ready  # many random worlds, of thirty steps each, and stories of referrals; make test tries a few short ones
	WORLDS=$(WORLDS) .venv/bin/python -m pytest tests/specs/test_random_worlds.py tests/specs/test_no_referral_is_lost.py -q

sabotage: .venv/ready  # faults planted while the program runs, each of which a spec must catch
	.venv/bin/python -m tests.planted

mutants: .venv/ready  # the policies changed in small ways, which the specs must notice; MINUTES=20 tries a fair sample
	.venv/bin/python -m tests.mutants --minutes $(MINUTES)

benchmarks: .venv/ready  # each of them at a tiny size: that it runs, not how fast
	.venv/bin/python -m pytest benchmarks -q

browser: .venv/ready  # the pages as a person meets them, in Debian's Chromium
	@command -v chromium >/dev/null || { echo "There is no chromium here. On Debian: apt-get install chromium" >&2; exit 1; }
	.venv/bin/python -m pytest tests/browser -p no:randomly -n 2

crash: .venv/ready  # contacts logged, referred and accepted while processes are killed; what is wrong on purpose must be found
	.venv/bin/python -m tests.crash --seed $(SEED) --rounds $(ROUNDS) --contacts $(CONTACTS) --clients $(CLIENTS) --failpoints $(FAILPOINTS) $(if $(SABOTAGE),--sabotage $(SABOTAGE))

lock: .venv/ready  # compiles requirements/*.in; UPGRADE=--upgrade takes the newest versions
	PATH="$(CURDIR)/.venv/bin:$$PATH" sh requirements/lock.sh $(UPGRADE)

format: .venv/ready  # rewrites the Python files in the house's form
	.venv/bin/ruff check --quiet --fix-only .
	.venv/bin/ruff format .

.venv/ready: requirements/make_env.sh $(wildcard requirements/*.txt)
	@sh requirements/make_env.sh
