"""Run the reminders of a day; to be called once a night."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dunning_sdk import Record
from dunning_sdk.errors import DunningError
from invoicing.dunning import open_engine


class Command(BaseCommand):
    """Read invoices and payments, and send what is due."""

    help = "Read invoices and payments, and send what is due."

    def add_arguments(self, parser):
        """Take the day; today where it is missing."""
        parser.add_argument("--as-of", type=date.fromisoformat, default=None)

    def handle(self, **options):
        """Run, and print what was done and what waits for a person."""
        on = options["as_of"] or timezone.localdate()
        try:
            with open_engine() as engine:
                pulled = engine.pull(as_of=on)
                engine.record(Record(kind="payments-known", subject="host", on=on))
                _, report = engine.run(as_of=on)
        except DunningError as problem:
            raise CommandError(f"{problem.message}. {problem.hint}") from problem
        self.stdout.write(f"{pulled.opened} new, {pulled.payments} payments")
        self.stdout.write(f"{len(report.sent)} sent, {len(report.waiting)} wait for approval")
        for line in (*pulled.problems, *report.messages):
            self.stdout.write(f"- {line}")
