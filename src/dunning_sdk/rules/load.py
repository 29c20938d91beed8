"""Read a rule book whole, or report every fault in it at once.

The module decides which file is which rule and how findings become one error; it gets texts and
labels and opens nothing. Layout: ``book.yaml``, one ``KIND.NAME.yaml`` per rule and
``KIND.NAME.cases.yaml`` beside it (``docs/books.md``).

>>> book = load_book({"book.yaml": "{id: empty, version: 1, title: Nothing}"}, label="empty")
>>> book.id, book.version, len(book.rules)
('empty', '1', 0)
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from dunning_sdk.domain.fact import Fact
from dunning_sdk.domain.party import CONTACT_ROLES
from dunning_sdk.errors import (
    BookError,
    BookSyntaxError,
    ExpressionTypeError,
    Finding,
    TableError,
    UnknownNameError,
)
from dunning_sdk.rules.book import Book, ProcedureRule, TableRule
from dunning_sdk.rules.book_file import BookFile
from dunning_sdk.rules.canonical import book_hash, without, words_of
from dunning_sdk.rules.case import Cases, read_cases
from dunning_sdk.rules.declaration import read_functions
from dunning_sdk.rules.draft import Words, check_currency
from dunning_sdk.rules.expression import make_scribe
from dunning_sdk.rules.function import Functions
from dunning_sdk.rules.invariant import INVARIANTS, Invariant, read_invariants
from dunning_sdk.rules.kind import ANY_CURRENCY, PROCEDURE
from dunning_sdk.rules.model import ProcedureFile, RuleFile, TableFile, read_model
from dunning_sdk.rules.pattern import read_patterns
from dunning_sdk.rules.procedure import check_shared_steps, read_procedure
from dunning_sdk.rules.reason import Reason
from dunning_sdk.rules.report import Place, Report
from dunning_sdk.rules.resolve import BOOK, CASES, Parents, Resolved, Source, resolve
from dunning_sdk.rules.table import read_table
from dunning_sdk.rules.unused import report_unused
from dunning_sdk.rules.vocabulary import Vocabulary, vocabulary_of
from dunning_sdk.strict_yaml import YamlMapping, YamlScalar

_ERRORS: Final = (
    ("yaml.", BookSyntaxError),
    ("book.syntax", BookSyntaxError),
    ("book.unknown-", UnknownNameError),
    ("book.wrong-", ExpressionTypeError),
    ("book.type", ExpressionTypeError),
    ("book.outside-", ExpressionTypeError),
    ("table.", TableError),
)


def load_book(
    files: Mapping[str, str],
    *,
    label: str,
    parents: Parents | None = None,
    templates: Collection[str] | None = None,
    facts: Iterable[Fact] = (),
) -> Book:
    """Read a book.

    Args:
        files: Text by file name; files that do not end in ``.yaml`` are left alone.
        label: Of the book, for findings; file names are put behind it.
        parents: Book id to the files of that book, for ``extends``.
        templates: Names of the notice templates there are; ``None`` for no check of them.
        facts: Facts of plugins, known to every rule.

    Returns:
        The book; warnings are among its ``findings``.

    Raises:
        BookError: With every fault found. The class is `BookSyntaxError`, `UnknownNameError`,
            `ExpressionTypeError` or `TableError` where all faults are of that kind.
    """
    resolved = resolve(files, label=label, parents=parents)
    return load_resolved(resolved, templates=templates, facts=facts)


def load_resolved(
    resolved: Resolved, *, templates: Collection[str] | None = None, facts: Iterable[Fact] = ()
) -> Book:
    """Read a book whose files are trees already, such as those made from another format.

    Args:
        resolved: The trees, and what was found wrong when they were made.
        templates: As for `load_book`.
        facts: As for `load_book`.

    Raises:
        BookError: As for `load_book`.
    """
    reader = _Reader(
        sources=resolved.sources,
        templates=templates,
        facts=tuple(facts),
        findings=resolved.findings,
    )
    book = reader.book()
    if book is None:
        raise _error(reader.findings)
    return book


def _error(findings: list[Finding]) -> BookError:
    errors = [finding for finding in findings if finding.severity == "error"]
    kinds = {
        next((kind for prefix, kind in _ERRORS if one.code.startswith(prefix)), BookError)
        for one in errors
    }
    kind = kinds.pop() if len(kinds) == 1 else BookError
    others = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return kind(f"{min(errors)}{others}", findings=tuple(findings))


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Reads the files of one book and collects findings."""

    sources: Mapping[str, Source]
    templates: Collection[str] | None
    facts: tuple[Fact, ...]
    findings: list[Finding]
    functions: Functions = field(default_factory=Functions)

    def book(self) -> Book | None:
        """Return the book, or ``None`` where a finding is an error."""
        head = self.sources.get(BOOK)
        if head is None:
            return None
        file = read_model(BookFile, head.node, self._report(head))
        check_currency(head.node, self._report(head))
        patterns = read_patterns(head.node, self._report(head))
        self.facts = (*self.facts, *(one.fact for one in patterns))
        self.functions = read_functions(head.node, self._report(head), facts=self.facts)
        rules = self._rules(self._words(head.node))
        nodes = {one.label: one.node for one in self.sources.values()}
        check_shared_steps(rules.values(), nodes, self.findings)
        cases = self._cases()
        invariants = self._invariants(file, head)
        if file is None or any(finding.severity == "error" for finding in self.findings):
            return None
        called = {name for one in invariants for name in one.calls}
        report_unused(head.node, self._report(head), rules.values(), self.functions, called)
        return Book(
            id=file.id,
            version=str(file.version),
            hash=self._hash(),
            title=file.title,
            jurisdiction=file.jurisdiction,
            start_on=file.start_on,
            until_on=file.until_on,
            currency=file.currency,
            rules=rules,
            reasons={
                name: Reason(id=name, en=text.en, fr=text.fr) for name, text in file.reasons.items()
            },
            contacts=(*CONTACT_ROLES, *file.contacts),
            tones=tuple(file.tones),
            patterns=patterns,
            functions=self.functions,
            cases=cases,
            invariants=invariants,
            files={name: source.text for name, source in self.sources.items()},
            findings=tuple(sorted(self.findings)),
        )

    def _hash(self) -> str:
        """Return the hash of what decides."""
        deciding = {
            name: without(source.node, INVARIANTS) if name == BOOK else source.node
            for name, source in self.sources.items()
            if not name.endswith(CASES)
        }
        return book_hash(deciding)

    def _report(self, source: Source, rule: str | None = None) -> Report:
        return Report(file=source.label, rule=rule, findings=self.findings)

    def _words(self, head: YamlMapping) -> Words:
        """Return what rules may name, as far as it can be read where book.yaml has faults."""
        reasons, currency = head.get("reasons"), head.get("currency")
        named = (name.removesuffix(".yaml") for name in self.sources if _is_procedure(name))
        return Words(
            reasons=tuple(reasons) if isinstance(reasons, YamlMapping) else (),
            procedures=tuple(named),
            contacts=(*CONTACT_ROLES, *words_of(head, "contacts")),
            tones=words_of(head, "tones"),
            currency=currency.raw if isinstance(currency, YamlScalar) else ANY_CURRENCY,
            templates=None if self.templates is None else frozenset(self.templates),
        )

    def _rules(self, words: Words) -> dict[str, TableRule | ProcedureRule]:
        rules: dict[str, TableRule | ProcedureRule] = {}
        for name, source in self.sources.items():
            if name == BOOK or name.endswith(CASES):
                continue
            rule = self._rule(name.removesuffix(".yaml"), source, words)
            if rule is not None:
                rules[rule.id] = rule
        return rules

    def _rule(self, rule_id: str, source: Source, words: Words) -> TableRule | ProcedureRule | None:
        report = Report(file=source.label, rule=rule_id)
        scribe = make_scribe(self._vocabulary(rule_id), report, self.functions)
        rule: TableRule | ProcedureRule | None = None
        file: RuleFile | None
        if _is_procedure(rule_id):
            file = read_model(ProcedureFile, source.node, report)
            if file is not None:
                rule = read_procedure(file, source.node, scribe, words)
        else:
            file = read_model(TableFile, source.node, report)
            if file is not None:
                rule = read_table(file, source.node, scribe, words)
        if file is not None:
            self._check_name(rule_id, file, source, report)
            self._check_place(file, source, report)
        self.findings.extend(report.findings)
        return rule

    def _check_name(self, rule_id: str, file: RuleFile, source: Source, report: Report) -> None:
        kind = rule_id.split(".")[0]
        for key, said, expected in (("id", file.id, rule_id), ("kind", file.kind, kind)):
            if said != expected:
                text = f"The {key} does not fit the name of the file"
                node = source.node[key]
                report.add(node, "book.file-name", text, expected=expected, found=said)

    def _check_place(self, file: RuleFile, source: Source, report: Report) -> None:
        """Refuse a jurisdiction of a rule that is not its book's: deciding would not read it."""
        head = self.sources[BOOK].node.get("jurisdiction") if BOOK in self.sources else None
        own = head.raw if isinstance(head, YamlScalar) else "*"
        said = file.applies.jurisdiction
        if said in ("*", own):
            return
        applies = source.node["applies"]
        node = applies["jurisdiction"] if isinstance(applies, YamlMapping) else applies
        text = "Deciding does not read the jurisdiction of a rule; ask for debtor.country in a row"
        report.add(node, "book.jurisdiction-unread", text, expected=own, found=said)

    def _invariants(self, file: BookFile | None, head: Source) -> tuple[Invariant, ...]:
        names = (name for name in self.sources if name != BOOK and not name.endswith(CASES))
        rules = tuple(name.removesuffix(".yaml") for name in names)
        report = self._report(head)
        if file is None:
            return ()
        return read_invariants(
            file, head.node, report, rules=rules, facts=self.facts, functions=self.functions
        )

    def _cases(self) -> dict[str, Cases]:
        found: dict[str, Cases] = {}
        for name, source in self.sources.items():
            if not name.endswith(CASES):
                continue
            rule_id = name.removesuffix(CASES)
            report = Report(file=source.label, rule=rule_id)
            cases = read_cases(source.node, report, self._vocabulary(rule_id))
            if cases is not None and cases.rule != rule_id:
                text = "The rule does not fit the name of the file"
                node = source.node["rule"]
                report.add(node, "book.file-name", text, expected=rule_id, found=cases.rule)
            elif f"{rule_id}.yaml" not in self.sources:
                report.add(Place(), "case.no-rule", "There is no rule beside these cases")
            if cases is not None:
                found[rule_id] = cases
            self.findings.extend(report.findings)
        return found

    def _vocabulary(self, rule_id: str) -> Vocabulary:
        return vocabulary_of(rule_id.split(".")[0], self.facts)


def _is_procedure(name: str) -> bool:
    return name.startswith(f"{PROCEDURE}.") and not name.endswith(CASES)
