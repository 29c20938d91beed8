"""Run the main job on invoices and a bank statement, and show what it did.

Usage: python demo.py [FOLDER]    (default: demo/fast-payment below the current folder)

The first part types the commands a person would; the second is what a host application does
every night, in Python. Nothing leaves this machine: mails, letters and invoices become files.
"""

import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path

from dunning_sdk import Engine, Record

HERE = Path(__file__).resolve().parent
FILES = ("dunning.toml", "invoices.csv", "drafts", "bank")
DUNNING = Path(sys.executable).with_name("dunning")
SHOWN = 8
SERVED = "http://127.0.0.1:8080"  # what `dunning serve` listens on unless told otherwise
FIRST, LAST = date(2026, 2, 20), date(2026, 5, 4)


def prepare(folder: Path) -> None:
    """Copy the example to a fresh folder, with a key of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in FILES:
        source = HERE / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    dunning(folder, "init", ".")


def dunning(folder: Path, *words: str) -> None:
    """Type one command and show what it prints."""
    print(f"\n$ dunning {' '.join(words)}", flush=True)
    subprocess.run([DUNNING, *words], cwd=folder, check=True)  # noqa: S603  # our own words


def finance(folder: Path) -> None:
    """Ask for cover without a signed quote, then with one, and issue the split invoices."""
    on = "2026-03-02"
    cover = ("limit=15000.00", "available=8000.00")
    dunning(folder, "record", "credit-line", "D-7", *cover, "--on", on)
    dunning(folder, "propose", "--as-of", on)
    quote = ("debtor=D-7", "amount=12000.00", "signed_on=2026-02-10", "terms_allow_financing=true")
    dunning(folder, "record", "quote", "DV-2026-031", *quote, "--on", on)
    with Engine.open(folder) as engine:
        proposal = engine.propose(as_of=date.fromisoformat(on))
    dunning(folder, "propose", "--as-of", on)
    dunning(folder, "approve", proposal.id, "--by", "Jeanne")
    dunning(folder, "execute", proposal.id)


def one_night(engine: Engine, on: date) -> None:
    """Do what a host does every night, and what its people do in the morning."""
    engine.record(Record(kind="payments-known", on=on, subject="bank"))
    engine.run(as_of=on)
    proposal = engine.propose(as_of=on)
    if any(act.needs_approval for act in proposal.acts):
        proposal = engine.approve(proposal.id, by="Jeanne")
        engine.execute(proposal.id)
    for item in engine.review(as_of=on):
        if item.kind == "letter-to-post":
            posting = {"reference": f"RK{on:%y%m%d}FR", "step": item.detail["step"]}
            engine.record(Record(kind="posting", on=on, subject=item.subject, values=posting))


def table_of_acts(engine: Engine) -> None:
    """Print every act that was done, by invoice."""
    print(f"\n{'invoice':<14} {'due':<11} {'step':<16} {'done':<11} days")
    for key in [item.receivable_id for item in engine.propose(as_of=LAST).others]:
        story = engine.explain(key, as_of=LAST)
        for act in story.acts:
            if act.status == "done":
                days = (act.on - story.due_on).days
                print(f"{key:<14} {story.due_on} {act.step_id:<16} {act.on} {days:+d}")
        why = "; ".join(story.reasons.values())
        print(f"{key:<14} {story.due_on} {story.outcome}: {why}, open {story.open_amount}")


def show_files(folder: Path) -> None:
    """List what was written: invoices and letters by name, mails by addressee and subject."""
    for kind in ("invoices", "letters", "mail"):
        files = sorted((folder / "out" / kind).glob("*.[pe]*"))
        print(f"\n{len(files)} files in {folder / 'out' / kind}")
        for path in files[:SHOWN]:
            print(f"  {path.name}{about(path)}")


def about(path: Path) -> str:
    """Return whom a mail is for and its subject; nothing for other files."""
    if path.suffix != ".eml":
        return ""
    mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    return f"  {mail['To']}: {mail['Subject']}"


def doors(folder: Path) -> None:
    """Open the buyer portal, and say where a debtor and the credit manager come in."""
    with (folder / "dunning.toml").open("a", encoding="utf-8") as config:
        config.write(f'\n[portal]\nurl = "{SERVED}"\n')
    day = datetime.now(UTC).date().isoformat()
    dunning(folder, "portal", "link", "D-7", "--as-of", day)
    print(
        f"\nThe link above opens the portal and {SERVED}/console the console, after"
        f"\n$ cd {folder}"
        "\n$ dunning users add --help    # who may come in, and with which role"
        "\n$ dunning serve"
    )


def main() -> None:
    """Run the example from the first pull to the last night."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "demo/fast-payment").resolve()
    prepare(folder)
    dunning(folder, "pull", "--as-of", f"{FIRST}")
    nights = (LAST - FIRST).days
    with Engine.open(folder) as engine:
        for night in range((date(2026, 3, 2) - FIRST).days):
            one_night(engine, FIRST + timedelta(days=night))
    finance(folder)
    with Engine.open(folder) as engine:
        for night in range((date(2026, 3, 2) - FIRST).days, nights + 1):
            one_night(engine, FIRST + timedelta(days=night))
        table_of_acts(engine)
    dunning(folder, "explain", "L-2026-101", "--as-of", "2026-04-01")
    show_files(folder)
    doors(folder)


if __name__ == "__main__":
    main()
