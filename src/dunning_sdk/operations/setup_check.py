"""Look at what an installation is made of: configuration, secret, books, plugins, connectors.

Each function yields what it found and changes nothing. That connectors can be built is looked at,
not whether the systems behind them answer.
"""

import os
import stat
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import DunningError
from dunning_sdk.operations.finding import Finding, fault, fine, warning
from dunning_sdk.webhooks.webhooks import Webhooks


def configuration(engine: Engine) -> Iterator[Finding]:
    """Look at the file and who runs here."""
    config = engine.config
    file = config.folder / "dunning.toml"
    if file.is_file() and os.name == "posix" and file.stat().st_mode & stat.S_IWOTH:
        yield warning("configuration", "anybody may change dunning.toml", "Run `chmod o-w` on it.")
    yield fine("configuration", f"tenant {config.tenant}, operator {config.operator}")


def secret(engine: Engine) -> Iterator[Finding]:
    """Look at where the secret comes from, and who else may read it."""
    config = engine.config
    path = config.folder / config.store.secret_file
    if config.store.new_secret(config.folder):
        text = "a new secret is set, and keys are not rotated yet or the old one still stands"
        yield warning("secret", text, "Run `dunning keys rotate`, and do what it says.")
    if os.environ.get(config.store.secret_env):
        yield fine("secret", f"from the variable {config.store.secret_env}")
    elif (
        path.is_file()
        and os.name == "posix"
        and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ):
        yield warning("secret", f"others may read {path.name}", f"Run `chmod 600 {path.name}`.")
    else:
        yield fine("secret", f"from the file {path.name}")


def books(engine: Engine) -> Iterator[Finding]:
    """Look at every book in use: it is loaded."""
    for name in engine.config.books:
        book = engine.library.load(name)
        yield fine("books", f"{name} {book.version} is sound, hash {book.hash[:12]}")


def plugins(engine: Engine) -> Iterator[Finding]:
    """Say where plugins come from."""
    names = sorted(set(engine.plugins.distributions.values()))
    yield fine("plugins", f"loaded from {', '.join(names)}")


def connectors(engine: Engine, on: date) -> Iterator[Finding]:
    """Look at every connector that is configured: it is built, and nothing is asked of it."""
    wiring, config = engine.wiring, engine.config
    builders: list[tuple[str, Callable[[], object]]] = [
        ("sources of invoices", lambda: wiring.invoice_sources(on)),
        ("sources of payments", lambda: wiring.payment_sources(on)),
        ("sources of drafts", lambda: wiring.invoice_sources(on, drafts=True)),
        ("sources of news", lambda: wiring.news_sources(on)),
    ]
    if config.financier is not None or "financier" in config.parties:
        builders.append(("financier", lambda: wiring.financier(on)))
    if config.companies is not None:
        builders.append(("companies", lambda: wiring.on_demand("companies", on)))
    if config.payment_links is not None:
        builders.append(("payment links", lambda: wiring.on_demand("payment-links", on)))
    channel = wiring.channels(on)
    builders += [(f"channel {name}", partial(channel, name)) for name in config.channels]
    for name, build in builders:
        try:
            build()
        except DunningError as problem:
            yield fault("connectors", f"{name}: {problem.message}", problem.hint or "")
    for name in sorted(config.limits.keys() - config.channels.keys()):
        text = f"[limits.{name}] limits a channel that is not configured"
        yield warning("connectors", text, f"Add [channels.{name}], or remove the limits.")
    yield fine("connectors", f"mode {config.mode}, {len(config.channels)} channels configured")


def webhooks(engine: Engine) -> Iterator[Finding]:
    """Look for endpoints that are stuck."""
    for text in Webhooks(engine).stuck():
        yield warning("webhooks", text, "`dunning webhooks list` shows it; resume, or skip.")
