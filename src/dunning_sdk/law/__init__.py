"""The law as dated data, and what it makes a late payment cost.

A *parameter* is a dated value of the law: it has a unit, a source, a confidence, and a selector
that says which date picks the value. *Statutes* are all parameters; they answer for a date or a
period, and never beyond what is known. A *claim* is what late interest is computed on; a
*statement* prints every segment of it with days, rate and source.

The package gets texts and labels and reads no files: `installation.statutes` reads those shipped.
It imports `domain`, `errors` and `strict_yaml`, and is imported by whatever lies above. It computes
and shows; a person qualifies.
"""
