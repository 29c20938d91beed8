"""Rule books as DMN models, and back: what any modeler of the standard opens and edits.

A table of a book becomes a decision table, the facts it reads become input data with types, its
source a knowledge source, a procedure and the reasons become relations (`to_model`, `item_types`);
what DMN has no word for stands in extension elements of our own (`mirror`). `from_model` makes a
book of a model and refuses, with its place, whatever a book cannot hold (`vocabulary_check`,
`remarks`); `yaml_text` writes its files.

A text that stands for a FEEL cell in YAML (`notation`) may be written in more than one way; how the
author wrote it is kept beside the cell, and counts only as long as it says the same.

Imports go from_model, to_model → item_types, notation, mirror → rules, dmn, feel. Nothing here
opens a file.
"""
