"""Draw small models as XML, for the tests around them."""

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
DAYS = '<inputData id="days" name="days"><variable name="days" typeRef="number"/></inputData>'


def document(*parts, namespace="urn:m", dmn=NAMESPACE):
    """Return a document with these elements in it."""
    inside = "\n".join(parts)
    return f'<definitions xmlns="{dmn}" name="m" namespace="{namespace}">\n{inside}\n</definitions>'


def decision(name, logic, *, needs=(), knows=(), of=""):
    """Return a decision with its logic, which is FEEL text or boxes."""
    logic = logic if logic.startswith("<") else text(logic)
    typed = f' typeRef="{of}"' if of else ""
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}"{typed}/>'
        + "".join(requirement(each) for each in needs)
        + "".join(
            f'<knowledgeRequirement><requiredKnowledge href="#{each}"/></knowledgeRequirement>'
            for each in knows
        )
        + f"{logic}</decision>"
    )


def requirement(href):
    """Return the requirement of an input, or, marked with a bang, of a decision."""
    kind, each = ("Decision", href[1:]) if href[0] == "!" else ("Input", href)
    reference = each if "#" in each else f"#{each}"
    return f'<informationRequirement><required{kind} href="{reference}"/></informationRequirement>'


def text(feel, of=""):
    """Return a literal expression."""
    typed = f' typeRef="{of}"' if of else ""
    return f"<literalExpression{typed}><text>{escaped(feel)}</text></literalExpression>"


def escaped(feel):
    """Return a text as XML holds it."""
    return feel.replace("&", "&amp;").replace("<", "&lt;")


def table(rows, *, inputs=("days",), outputs=("fee",), attributes="", default=""):
    """Return a decision table; a row is a tuple of conditions and then outputs."""
    heads = "".join(
        f"<input><inputExpression><text>{escaped(each)}</text></inputExpression></input>"
        for each in inputs
    )
    default = default and f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>"
    heads += "".join(f'<output name="{each}">{default}</output>' for each in outputs)
    lines = []
    for cells in rows:
        conditions, values = cells[: len(inputs)], cells[len(inputs) :]
        parts = [f"<inputEntry><text>{escaped(each)}</text></inputEntry>" for each in conditions]
        parts += [f"<outputEntry><text>{escaped(each)}</text></outputEntry>" for each in values]
        lines.append(f"\n<rule>{''.join(parts)}</rule>")
    return f"<decisionTable {attributes}>{heads}{''.join(lines)}</decisionTable>"
