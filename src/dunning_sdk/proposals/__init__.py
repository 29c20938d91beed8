"""From stored state to a proposal: facts gathered, decided, written, looked at, approved.

`deciding` asks the pure decisions, `proposing` says what a run would do, `writing` writes the
notices, `approving` names who agreed, `door` and `rechecking` look again just before sending.
Nothing leaves from here.
"""
