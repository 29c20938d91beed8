"""Text messages written to a folder."""

from dataclasses import replace

import pytest

from dunning_sdk.connectors.text_folder import TextFolderChannel
from dunning_sdk.errors import ConnectorInvalidError
from tests.contracts.connector_contract import A_MESSAGE, NoticeChannelContract

TEXT = replace(A_MESSAGE, channel="sms", to_email="", to_phone="+33612345678")


@pytest.fixture
def open_channel(tmp_path):
    return lambda: TextFolderChannel(tmp_path / "texts")


class TestTextFolder(NoticeChannelContract):
    """The contract every channel obeys."""


def test_channel_and_addressee_stand_above_the_text(open_channel, tmp_path):
    receipts = [open_channel().send(TEXT) for _ in range(2)]

    written = (tmp_path / "texts" / "notice-1.txt").read_text("utf-8")
    assert written == "sms: +33612345678\n\nPlease pay invoice F-1.\n"
    assert receipts[0] == receipts[1]


def test_an_id_that_leaves_the_folder_is_refused(open_channel):
    with pytest.raises(ConnectorInvalidError):
        open_channel().send(replace(TEXT, id="../x"))
