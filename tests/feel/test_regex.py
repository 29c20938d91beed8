"""Regular expressions are those of XPath and XQuery Functions 3.1, 5.6, and take bounded time."""

import pytest

from dunning_sdk import feel


def call(text, limits=None, **facts):
    evaluation = feel.Evaluation(limits=limits or feel.Limits())
    return feel.compile_expression(feel.parse(text), strict=True)(facts, evaluation)


def matches(text, pattern, flags=""):
    return call("matches(t, p, f)", t=text, p=pattern, f=flags)


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        # The examples of 5.6.3 and of the flags in 5.6.2.
        ("abracadabra", "bra", "", True),
        ("abracadabra", "^a.*a$", "", True),
        ("abracadabra", "^bra", "", False),
        ("helloworld", "hello[ ]world", "x", False),
        ("hello world", "hello\\ sworld", "x", True),
        ("O", "[A-Z-[IO]]", "i", False),
        ("b", "[A-Z-[IO]]", "i", True),
        ("q", "[^Q]", "i", False),
        ("a", "\\p{Lu}", "i", False),
        ("a", "[\\p{Lu}]", "i", False),
        ("A", "[^\\p{Lu}]", "i", False),
        ("\u212a", "k", "i", True),
        # Anchors: no newline is skipped at the end; only #x0A ends a line.
        ("a\n", "a$", "", False),
        ("a\nb", "^b", "m", True),
        ("a\n", "^$", "m", False),
        ("a\n\nb", "^$", "m", True),
        ("a\rb", "^b", "m", False),
        ("aa", "a^*a", "", True),
        # The dot stops at both ends of a line, with flag s at none.
        ("a\rb", "a.b", "", False),
        ("a\nb", "a.b", "", False),
        ("a\nb", "a.b", "s", True),
        # Escapes of many characters.
        ("\u00a0", "\\s", "", False),
        ("\u0665", "\\d", "", True),
        ("\u00b2", "\\d", "", False),
        ("_", "\\w", "", False),
        ("+", "\\w", "", True),
        ("-", "\\W", "", True),
        ("-.", "\\i", "", False),
        ("-.", "^\\c+$", "", True),
        ("1", "[\\I]", "", True),
        ("x", "[^\\I]", "", True),
        ("\U00010400", "\\i", "", True),
        # Categories and blocks, those renamed since among them.
        ("\u20ac", "\\p{Sc}", "", True),
        ("\u20ac", "\\P{S}", "", False),
        ("\u00e9", "^\\p{IsLatin-1Supplement}$", "", True),
        ("\u03b1", "\\p{IsGreek}", "", True),
        ("a", "\\P{IsBasicLatin}", "", False),
        ("\u0378", "\\p{Cn}", "", True),
        # Brackets.
        ("-", "[-a]", "", True),
        ("-", "[a-]", "", True),
        ("^", "[a^]", "", True),
        ("&", "[&&]", "", True),
        ("e", "[a-z-[aeiou-[e]]]", "", True),
        ("i", "[a-z-[aeiou-[e]]]", "", False),
        ("]", "[\\]]", "", True),
        ("\n", "[\\n-\\r]", "", True),
        # Groups and back-references; a group without a match is the empty string.
        ("b", "^(a)?b\\1$", "", True),
        ("abab", "^(?:ab){2}$", "", True),
        (
            "aaaaaaaaaaa0",
            "^(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)\\100$",
            "",
            True,
        ),
        ("aa1", "^(a)\\11$", "", True),
        ("aA", "(a)\\1", "i", True),
        # Flag q: the pattern means itself.
        ("a.b", "a.b", "q", True),
        ("axb", "a.b", "q", False),
        ("A B", "a b", "qix", True),
    ],
)
def test_matches(text, pattern, flags, expected):
    assert expected is matches(text, pattern, flags)


@pytest.mark.parametrize(
    "pattern",
    [
        *("[", "]", "(", ")", "{", "}", "*a", "a**", "a++", "a*+", "?", "a{,3}", "a{2,1}", "a{x}"),
        *("(?=a)", "(?<n>a)", "(?i)a", "(?", "(?:", "[]", "[^]", "[b-a]", "[a[b]]", "[a-c-e]"),
        *("[a-[b]c]", "\\", "\\p", "\\p{", "\\p{X}", "\\pL", "\\p{Cs}", "\\p{IsNowhere}", "[\\p"),
        *("\\1", "(a\\1)", "(a)\\2", "[(a)\\1]", "\\0", "\\b", "\\A", "\\x41", "\\u0041", "\\ "),
        "\\p{ IsBasicLatin}",
    ],
)
def test_what_is_not_in_the_grammar_is_an_error(pattern):
    with pytest.raises(feel.FeelTypeError, match="matches: ") as raised:
        matches("a", pattern)

    found = raised.value
    assert (found.line, found.column) == (1, 1)


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "flags", "expected"),
    [
        ("abracadabra", "bra", "*", "", "a*cada*"),
        ("abracadabra", "a(.)", "a$1$1", "", "abbraccaddabbra"),
        ("AAAA", "A+?", "b", "", "bbbb"),
        ("abc", "b", "\\$\\\\", "", "a$\\c"),
        ("abc", "(b)", "$10", "", "ab0c"),
        ("abc", "b", "$1", "", "ac"),
        ("abc", "b", "[$0]", "", "a[b]c"),
        ("a.c", ".", "$0\\", "q", "a$0\\c"),
        ("ab", "(?:(x)|b)", "<$1>", "", "a<>"),
    ],
)
def test_replace(text, pattern, replacement, flags, expected):
    assert expected == call("replace(t, p, r, f)", t=text, p=pattern, r=replacement, f=flags)


@pytest.mark.parametrize("replacement", ["$", "\\", "$a", "\\n", "$\u0661", "a$"])
def test_a_sign_alone_in_a_replacement_is_an_error(replacement):
    with pytest.raises(feel.FeelTypeError, match="alone"):
        call("replace(t, p, r)", t="a", p="a", r=replacement)


@pytest.mark.parametrize("text", ['replace("a", "b?", "c")', 'split("a", "b*")', 'split("a", "^")'])
def test_a_pattern_that_matches_nothing_at_all_is_an_error(text):
    with pytest.raises(feel.FeelTypeError, match="empty string"):
        call(text)


def test_split_keeps_the_empty_parts():
    parts = ["", "a", "", "b", ""]

    assert parts == call('split(";a;;b;", ";")')


@pytest.mark.parametrize("pattern", ["(a+)+$", "(?:a|aa)+$", "(.*)(.*)(.*)(.*)[^a!]"])
@pytest.mark.parametrize("function", ["matches", "replace", "split"])
def test_a_pattern_that_would_take_for_ever_is_stopped(function, pattern):
    arguments = 't, p, "x"' if function == "replace" else "t, p"
    text = "a" * 5000 + "!"
    limits = feel.Limits(regex_ms=20)

    with pytest.raises(feel.FeelLimitError, match="more than 20 ms"):
        call(f"{function}({arguments})", limits, t=text, p=pattern)


def test_time_is_counted_over_a_whole_evaluation():
    text = 'for i in 1..1000 return matches(t, "(?:a|aa)+$")'
    limits = feel.Limits(regex_ms=40)

    with pytest.raises(feel.FeelLimitError, match="more than 40 ms"):
        call(text, limits, t="a" * 24 + "!")


def test_time_to_compile_counts_as_well():
    text = 'for i in 1..100000 return matches("a", "a" + string(i))'

    with pytest.raises(feel.FeelLimitError, match="more than 50 ms"):
        call(text, feel.Limits(regex_ms=50))


@pytest.mark.parametrize(
    "pattern",
    [
        "a{5001}",
        "(?:a{80}){80}",
        "a{99999999999}",
        "(?:" * 40 + "a" + ")+" * 40,
        "a" * 5001,
        "(" * 200,
    ],
)
def test_a_pattern_that_is_too_large_is_not_compiled(pattern):
    with pytest.raises(feel.FeelLimitError):
        matches("a", pattern)


def test_a_replacement_that_would_become_too_long_is_stopped():
    text = 'replace(t, "(a+)", "$1$1$1$1$1$1$1$1$1$1")'

    with pytest.raises(feel.FeelLimitError, match="a string of more than 1000 characters"):
        call(text, feel.Limits(text_length=1000), t="a" * 500)
