"""The guests of this tier see what they are there to see."""

import pytest

pytest.importorskip("playwright", reason="tier browser: not run, playwright is not installed")

from tests.browser.house import DESKTOP, Guest, serving
from tests.engine.installation import an_engine

PLANT = """() => {
  document.body.setAttribute("style", "color: red");
  document.body.insertAdjacentHTML("beforeend", '<img src="http://192.0.2.1/pixel.gif">');
  document.body.insertAdjacentHTML("beforeend", '<p style="width: 3000px">x</p><input name="y">');
}"""


def test_a_guest_notes_strangers_complaints_and_faults(browser, tmp_path):
    with serving(an_engine(tmp_path)) as house:
        guest = Guest(browser, house, DESKTOP)
        guest.go("/console/")
        assert (guest.strangers, guest.complaints, guest.faults()) == ([], [], [])
        guest.page.evaluate(PLANT)
        guest.page.wait_for_timeout(200)
        faults = {one.split(":")[0] for one in guest.faults()}

        assert {"image-alt", "label"} <= faults
        assert any("style" in one for one in guest.complaints)
        assert any("192.0.2.1" in one for one in [*guest.strangers, *guest.complaints])
        guest.close()
