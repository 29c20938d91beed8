"""What goes wrong at an invoicing vendor, and what every source of invoices makes of it.

A test class inherits this and gives fixtures: `server` (a `Loopback` to misbehave), `fetch` (a
function that reads every invoice, adds problems to the list it is given and returns what was
read), `refused` (the same with wrong credentials), and `spoil` (a function that puts a value over
a field of one record that `fetch` reads). Its attributes say what belongs to the vendor.
"""

from typing import ClassVar

import pytest

from dunning_sdk.errors import ConnectorAuthError, ConnectorTransientError
from dunning_sdk.testing.loopback import Mishap, fails, page_for_people, too_many

RIGHT = Mishap(done=True, keeps=True)


class VendorFaultContract:
    """One error each, that names the connector, the field and what to do.

    Attributes:
        variable: Environment variable of the credentials, named where they are refused.
        call: How the first call of a list begins in messages.
        under: Path that mishaps are put under, where tokens are given by the same server.
        origin: Source of the record that `spoil` puts a value over.
        drifts: Pairs of a field and a value it cannot have.
    """

    variable: ClassVar[str]
    call: ClassVar[str]
    under: ClassVar[str] = "/"
    origin: ClassVar[str]
    drifts: ClassVar[tuple[tuple[str, object], ...]]

    def test_credentials_that_are_refused_are_said_without_them(self, refused):
        with pytest.raises(ConnectorAuthError) as why:
            refused([])
        assert self.variable in why.value.hint
        assert "wrong" not in str(why.value)

    def test_credentials_that_end_between_two_pages_bring_nothing(self, fetch, server):
        server.misbehave(RIGHT.on(self.under), *[fails(401).on(self.under)] * 2)

        with pytest.raises(ConnectorAuthError):
            fetch([])

    @pytest.mark.parametrize("mishap", [too_many(1), fails(503), page_for_people()])
    def test_a_passing_failure_is_tried_again(self, fetch, server, mishap):
        whole = len(fetch([]))
        server.misbehave(mishap.on(self.under))

        assert len(fetch([])) == whole > 0

    def test_a_vendor_that_is_down_is_one_error(self, fetch, server):
        server.misbehave(*[fails(503).on(self.under)] * 3)

        with pytest.raises(ConnectorTransientError, match=self.call):
            fetch([])

    def test_a_record_that_drifted_is_named_and_the_others_stand(self, fetch, spoil):
        whole = len(fetch([]))
        for field, value in self.drifts:
            before, problems = spoil(field, value), []

            assert len(fetch(problems)) == whole - 1
            assert [(one.source, field in str(one)) for one in problems] == [(self.origin, True)]
            spoil(field, before)


def put_over(record, field, value):
    """Put a value over a field of a record and return what stood there."""
    before, record[field] = record[field], value
    return before
