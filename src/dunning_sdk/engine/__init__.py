"""The engine: the façade that host applications call.

`engine.Engine` has the verbs of a run, `desk.Desk` those of people who look after debtors;
`pulling` takes in all sources, `linking` has pages made to pay online, `accounting`, `companies`,
`petitioning` and `recovery_view` answer single questions with an open engine. What they do lies in
the packages below.
"""
