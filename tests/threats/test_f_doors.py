"""Section F of the threats at the doors of the service: what it remembers of lists (F9)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from openbadges.strict import Document, format_timestamp
from service.web.running import EXTENSION
from tests.credentials import STATUS_LIST
from tests.programs import answered, program
from tests.shell import Shell
from tests.site import Site
from tests.status_lists import REVOKING, SIGNED, listed
from tests.world import NOW, honest_internet


def test_f9_every_check_of_the_service_remembers_the_same_lists(
    keyless: Shell, open_site: Callable[..., Site]
) -> None:
    site = open_site(keyless)  # which has no issuer of the badge's name
    internet = honest_internet()
    site.app.extensions[EXTENSION] = replace(site.app.extensions[EXTENSION], source=internet)
    site.clock.moved = NOW - site.clock()
    anyone = program(site)

    def verdict_with(answer: Document) -> tuple[str, bool]:
        internet.publish(STATUS_LIST, answer)
        report = answered(anyone.send("/verify", SIGNED, Accept="application/json"), 200)
        codes = {finding["code"] for finding in report["findings"]}
        return report["verdict"], "STALE" in codes

    before = listed()
    after = listed(**REVOKING, validFrom=format_timestamp(NOW + timedelta(minutes=1)))
    assert verdict_with(before) == ("VERIFIED", False)
    assert verdict_with(after) == ("REJECTED", False)
    site.clock.move(hours=1)
    assert verdict_with(before) == ("INCONCLUSIVE", True)
    assert verdict_with(after) == ("REJECTED", False)
