"""What SARIF 2.1.0 demands of the parts that are written: required keys, types, closed lists.

Written down from the OASIS standard, sections 3.13, 3.14, 3.18, 3.19, 3.27, 3.28, 3.29 and 3.30.
"""

LEVELS = {"none", "note", "warning", "error"}
PARTS = {
    "log": {"version": str, "runs": list, "?$schema": str},
    "run": {"tool": dict, "results": list, "?columnKind": str},
    "tool": {"driver": dict},
    "driver": {"name": str, "?rules": list},
    "rule": {"id": str, "?shortDescription": dict},
    "result": {
        "message": dict,
        "?ruleId": str,
        "?ruleIndex": int,
        "?level": str,
        "?locations": list,
        "?properties": dict,
    },
    "message": {"text": str},
    "location": {"physicalLocation": dict},
    "physical": {"artifactLocation": dict, "?region": dict},
    "artifact": {"uri": str},
    "region": {"startLine": int, "startColumn": int},
}


def assert_part(name, found):
    known = PARTS[name]
    required = {key for key in known if not key.startswith("?")}
    allowed = {key.removeprefix("?"): kind for key, kind in known.items()}
    assert required <= set(found) <= set(allowed), (name, found)
    assert all(type(value) is allowed[key] for key, value in found.items()), (name, found)


def assert_sarif(log):
    """Assert that a log is SARIF 2.1.0 as far as it is written here."""
    assert_part("log", log)
    assert log["version"] == "2.1.0"
    for run in log["runs"]:
        assert_part("run", run)
        assert_part("tool", run["tool"])
        assert_part("driver", run["tool"]["driver"])
        rules = run["tool"]["driver"]["rules"]
        for rule in rules:
            assert_part("rule", rule)
            assert_part("message", rule["shortDescription"])
        assert len({rule["id"] for rule in rules}) == len(rules)
        for result in run["results"]:
            assert_result(result, rules)


def assert_result(result, rules):
    assert_part("result", result)
    assert_part("message", result["message"])
    assert result["level"] in LEVELS
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for place in result["locations"]:
        assert_part("location", place)
        assert_part("physical", place["physicalLocation"])
        assert_part("artifact", place["physicalLocation"]["artifactLocation"])
        assert_part("region", place["physicalLocation"]["region"])
        assert min(place["physicalLocation"]["region"].values()) >= 1
        assert not place["physicalLocation"]["artifactLocation"]["uri"].startswith("/")
