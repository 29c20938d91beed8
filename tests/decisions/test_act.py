"""Ids of acts and notices: the same for ever, different for anything different."""

from dataclasses import fields, replace

import pytest

from dunning_sdk.decisions.act import ActKey, act_id, notice_id

KEY = ActKey(tenant="t", receivable="F1", procedure="p", step="s", cycle=1, occurrence=1, attempt=1)


def test_an_act_id_never_changes():
    """A change here would send again what earlier releases have sent.

    The value is what ``sha256sum`` gives for ``["t","F1","p","s",1,1,1]``, cut after 32 digits.
    """
    assert act_id(KEY) == "a55d32348133648c99cb54dc2b6712d2"


@pytest.mark.parametrize("name", [field.name for field in fields(ActKey)])
def test_each_part_of_the_key_counts(name):
    value = getattr(KEY, name)

    assert act_id(replace(KEY, **{name: value + value})) != act_id(KEY)


def test_parts_do_not_run_into_each_other():
    assert act_id(replace(KEY, tenant="t,F", receivable="1")) != act_id(
        replace(KEY, tenant="t", receivable="F,1")
    )


def test_a_notice_is_named_by_its_acts_in_any_order():
    assert notice_id(["b", "a"]) == notice_id(["a", "b"])
    assert notice_id(["a"]) != notice_id(["a", "b"])
