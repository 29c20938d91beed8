"""News of notices that left: what comes back, what is answered, and where the cursor stands."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunning_sdk import Record
from dunning_sdk.connectors.memory import MemoryNewsSource, MemoryNoticeChannel
from dunning_sdk.connectors.news import Heard, News, NewsKind
from dunning_sdk.delivery.hearing import cursor_key
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.engine.engine import Engine
from dunning_sdk.engine.recovery_view import letters_on, proofs_on
from dunning_sdk.errors import ConnectorTransientError, DomainError
from dunning_sdk.hooks import ConnectorSpec, hookimpl
from dunning_sdk.installation.config import Config, ConnectorConfig
from dunning_sdk.store.opening import open_store
from tests.engine.installation import CONFIG, load_config
from tests.engine.test_recovering import HEAD, SOURCE, WHO

pytest.importorskip("typst")

FIRST_ON = date(2026, 3, 3)
NEXT_ON = FIRST_ON + timedelta(days=1)
PROOF = Attachment(name="depot.pdf", media_type="application/pdf", content=b"%PDF-1.4 deposit")
MORE = """
[[sources.news]]
connector = "told"

[channels.email]
connector = "kept"
[channels.letter]
connector = "kept"
[channels.registered-letter]
connector = "kept"
"""


class Told:
    """A plugin with one source of news and one channel."""

    def __init__(self):
        self.source = MemoryNewsSource()
        self.channel = MemoryNoticeChannel()

    @hookimpl
    def dunning_register_connectors(self):
        return [
            ConnectorSpec(capability="news", name="told", build=lambda *_: self.source),
            ConnectorSpec(capability="channel", name="kept", build=lambda *_: self.channel),
        ]


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def engine(tmp_path, told, monkeypatch):
    monkeypatch.setattr(Config, "today", lambda config: config.as_told[0], raising=False)
    monkeypatch.setattr(Config, "as_told", [FIRST_ON], raising=False)
    config = CONFIG.replace('"friendly"', '"fast-payment"').replace(
        "[store]", 'mode = "live"\n[store]'
    )
    (tmp_path / "dunning.toml").write_text(
        config.format(operator="financier") + SOURCE + MORE, encoding="utf-8"
    )
    for name in ("drafts", "issued"):
        (tmp_path / name).mkdir()
    (tmp_path / "invoices.csv").write_text(
        f"{HEAD}\nF-1,2026-02-08,2026-03-10,1200.00,D-1,{WHO},F-1,full\n", encoding="utf-8"
    )
    config = load_config(tmp_path / "dunning.toml")
    store = open_store("memory://", tenant=config.tenant, secret="no secret here")
    with Engine(config, store, plugins=[told]) as engine:
        engine.pull(as_of=date(2026, 3, 1))
        yield engine


def night(engine, on):
    Config.as_told[0] = on
    engine.record(Record(kind="payments-known", subject="bank", on=on))
    proposal = engine.propose(as_of=on)
    engine.approve(proposal.id, by="Jeanne")
    engine.execute(proposal.id)
    return proposal.acts


def cursor(engine):
    with engine.store.begin() as session:
        return session.setting(cursor_key(ConnectorConfig(connector="told")))


def pulled(engine, told, *news, on=NEXT_ON):
    told.source.news += news
    return engine.pull(as_of=on)


def news(kind, act=None, **over):
    facts = {"on": FIRST_ON, "channel": "email", "notice_id": act.notice_id if act else ""}
    return News(kind=kind, **facts | over)


def status(engine):
    return engine.decide("F-1", as_of=NEXT_ON).receivable.acts[-1].status


# what comes back ----------------------------------------------------------------------------
def test_what_bounces_is_sent_by_the_next_channel(engine, told):
    (act,) = night(engine, FIRST_ON)
    report = pulled(engine, told, news(NewsKind.UNDELIVERABLE, act))

    assert (report.heard, report.problems) == (1, [])
    (again,) = night(engine, NEXT_ON)
    assert (again.step_id, again.channels) == (act.step_id, ("letter",))
    assert [message.channel for message in told.channel.sent] == ["email", "letter"]


def test_a_new_address_is_written_to_again(engine, told, tmp_path):
    (act,) = night(engine, FIRST_ON)
    with (tmp_path / "invoices.csv").open("a", encoding="utf-8") as invoices:
        invoices.write(
            f"F-2,2026-03-03,2026-06-10,9.00,D-1,{WHO},F-1,full\n".replace("compta@", "new@")
        )
    pulled(engine, told, news(NewsKind.UNDELIVERABLE, act))

    (again,) = night(engine, NEXT_ON)
    assert again.channels == ("email", "letter")


def test_a_bounce_told_twice_frees_the_step_once(engine, told):
    (act,) = night(engine, FIRST_ON)
    bounced = news(NewsKind.UNDELIVERABLE, act)
    pulled(engine, told, bounced)
    night(engine, NEXT_ON)
    pulled(engine, told, bounced)

    assert night(engine, NEXT_ON) == ()


# what is answered ---------------------------------------------------------------------------
def test_a_reply_pauses_until_it_is_read(engine, told):
    (act,) = night(engine, FIRST_ON)
    replied = news(
        NewsKind.REPLIED, act, text="Livré ?", sender="compta@martin.example", reference="<1>"
    )
    pulled(engine, told, replied, replied)

    later = date(2026, 3, 10)
    assert engine.decide("F-1", as_of=later).decision.reasons == ("reply-unread",)
    assert [entry.text for entry in engine.thread("D-1", as_of=later).entries] == ["Livré ?"]
    engine.record(Record(kind="reply-read", subject="D-1", on=NEXT_ON))
    assert engine.decide("F-1", as_of=later).decision.reasons != ("reply-unread",)


def test_an_automatic_answer_is_kept_and_stops_nothing(engine, told):
    (act,) = night(engine, FIRST_ON)
    pulled(engine, told, news(NewsKind.AUTO_REPLIED, act, text="Away until Monday"))

    (entry,) = engine.thread("D-1", as_of=NEXT_ON).entries
    assert (entry.kind, entry.text) == ("comment", "automatic answer by email: Away until Monday")
    assert engine.decide("F-1", as_of=date(2026, 3, 10)).decision.step is not None


def test_who_answers_without_naming_a_notice_is_known_by_his_address(engine, told):
    night(engine, FIRST_ON)
    stop = news(NewsKind.OPTED_OUT, sender=" Compta@Martin.example ")
    report = pulled(engine, told, stop)

    assert report.findings == ["D-1 does not want email"]
    assert engine.decide("F-1", as_of=date(2026, 3, 10)).decision.channels == ("letter",)
    pulled(engine, told, news(NewsKind.OPTED_IN, sender="compta@martin.example"))
    assert engine.decide("F-1", as_of=date(2026, 3, 10)).decision.channels == ("email", "letter")


@pytest.mark.parametrize("over", [{"sender": "x@y.example"}, {"notice_id": "unknown"}, {}])
def test_news_of_nobody_known_is_a_problem_and_the_rest_is_heard(engine, told, over):
    (act,) = night(engine, FIRST_ON)
    unknown = replace(news(NewsKind.REPLIED, text="?"), **over)
    report = pulled(engine, told, unknown, news(NewsKind.REPLIED, act, text=""))

    assert [problem.message for problem in report.problems] == [
        "email replied: of no notice and no debtor known here"
    ]
    assert (report.heard, cursor(engine)) == (1, "2")
    with pytest.raises(DomainError):
        engine.hear([unknown])


# letters ------------------------------------------------------------------------------------
def test_a_deposit_and_a_receipt_are_recorded_with_their_proofs(engine, told):
    told.channel.status = told.channel.status.AWAITING_POSTING
    (act,) = night(engine, FIRST_ON)
    letter = {"channel": "letter", "proof": PROOF}
    posted = news(NewsKind.POSTED, act, **letter, reference="RK1FR")
    ended = news(NewsKind.ENDED, act, **letter, outcome="delivered", on=NEXT_ON)

    said = engine.hear([posted, posted, ended, replace(ended, proof=None)])

    assert said[0] == f"notice {act.notice_id} posted on {FIRST_ON}"
    assert said[2] == f"notice {act.notice_id}: delivered on {NEXT_ON}"
    (kept,) = letters_on(engine, "F-1", as_of=NEXT_ON)
    assert (kept.posted_on, kept.outcome_on, kept.reference) == (FIRST_ON, NEXT_ON, "RK1FR")
    assert [one.file for one in proofs_on(engine, "F-1", as_of=NEXT_ON)] == [PROOF, PROOF]


def test_a_letter_that_was_never_posted_is_for_a_person(engine, told):
    told.channel.status = told.channel.status.AWAITING_POSTING
    (act,) = night(engine, FIRST_ON)

    (said,) = engine.hear([news(NewsKind.UNDELIVERABLE, act, channel="registered-letter")])
    assert said == "F-1: the registered-letter was not posted; a person is asked"
    assert status(engine) is ActStatus.FAILED
    assert [item.kind for item in engine.review(as_of=NEXT_ON)] == ["act-failed"]


@pytest.mark.parametrize("kind", [NewsKind.ACCEPTED, NewsKind.POSTED, NewsKind.UNDELIVERABLE])
def test_what_nobody_was_sure_of_is_settled(engine, told, kind):
    lost = ConnectorTransientError("lost", connector="kept", outcome_unknown=True, retryable=False)
    told.channel.failures.append(lost)
    (act,) = night(engine, FIRST_ON)
    assert status(engine) is ActStatus.UNCERTAIN

    pulled(engine, told, news(kind, act))
    assert status(engine) is (
        ActStatus.CANCELLED if kind is NewsKind.UNDELIVERABLE else ActStatus.DONE
    )
    assert [
        item.kind for item in engine.review(as_of=NEXT_ON) if item.kind == "act-uncertain"
    ] == []


def test_what_is_known_to_have_left_stays_so(engine, told):
    (act,) = night(engine, FIRST_ON)

    assert engine.hear([news(NewsKind.ACCEPTED, act)]) == [
        f"notice {act.notice_id} has left, as was known"
    ]


# the cursor ---------------------------------------------------------------------------------
class Breaking(MemoryNewsSource):
    """Gives a piece of news whose storing fails."""

    def fetch(self, after):
        heard = super().fetch(after)
        bad = replace(heard.news[-1], on="no day")
        return Heard(news=(*heard.news[:-1], bad), cursor=heard.cursor)


def test_the_cursor_does_not_move_past_what_was_not_stored(engine, told):
    (act,) = night(engine, FIRST_ON)
    kept = [news(NewsKind.REPLIED, act, text="1"), news(NewsKind.REPLIED, act, text="2")]
    told.source = Breaking(kept)

    with pytest.raises(TypeError):
        engine.pull(as_of=NEXT_ON)
    assert cursor(engine) == "1"

    told.source = MemoryNewsSource(kept)
    assert engine.pull(as_of=NEXT_ON).heard == 1
    texts = [entry.text for entry in engine.thread("D-1", as_of=NEXT_ON).entries]
    assert (texts, cursor(engine)) == (["1", "2"], "2")
