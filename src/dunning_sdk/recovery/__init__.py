"""Recovery in court: where each stands, what people record of it, insolvency, what is looked at.

Computes and shows; a person qualifies. The petition itself is written by `engine.petitioning`.
"""
