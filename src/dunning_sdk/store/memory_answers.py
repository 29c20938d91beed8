"""Answers in memory."""

from datetime import datetime

from dunning_sdk.store.answer import Answer
from dunning_sdk.store.memory_state import View


class MemoryAnswers:
    """The part of a session that keeps answers."""

    _view: View

    def answer(self, key: str) -> Answer | None:
        """Return what is kept under a key, or ``None``."""
        return self._view.state.answers.get(key)

    def put_answer(self, answer: Answer) -> None:
        """Write or replace an answer."""
        self._view.state.answers[answer.key] = answer

    def drop_answer(self, key: str) -> None:
        """Forget one answer; an unknown one is a no-op."""
        if key in self._view.state.answers:
            del self._view.state.answers[key]

    def drop_answers(self, *, before: datetime) -> int:
        """Forget answers begun before an aware instant, and return how many."""
        kept = self._view.state.answers
        old = [answer.key for answer in kept.values() if answer.begun_at < before]
        for key in old:
            del kept[key]
        return len(old)
