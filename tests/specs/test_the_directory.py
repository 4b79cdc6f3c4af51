"""The service directory: what each partner offers, public in Open Referral's words, and beside it what is not."""

from datetime import date

from referrals import entries
from referrals.commands import ServicePlan, add_service
from tests.conftest import SERVICES


def test_a_service_that_is_added_has_an_entry_that_says_what_its_fields_say(world):
    more = {
        "languages": ["Urdu", "Polish"],
        "areas": ["Redbridge"],
        "minimum_age": 16,
        "assured_on": date(2026, 11, 1),
        "takes_nrpf": True,
    }
    plan = ServicePlan(**vars(SERVICES["harbour"]) | {"name": "Harbour at night", "more": more})
    service = add_service(actor=world.system, agency=world.agencies["harbour"], plan=plan)
    service.refresh_from_db()
    assert entries.columns_of(service.entry) == {
        name: getattr(service, name) for name in entries.columns_of(service.entry)
    }
    assert {name: getattr(service, name) for name in more} == more
    assert service.status == "active"
    assert "takes_nrpf" not in service.entry
