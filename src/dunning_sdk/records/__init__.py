"""How the engine writes things down: entries, events with their projections, sealed records.

`entry` is one thing to record, `keeping` writes events so that state and review days stay true,
`codec` turns records into JSON and back, `mailbag` and `kept_file` keep messages and files whole,
`heads` digests each day of the log. Who may record what is left to the packages above.
"""
