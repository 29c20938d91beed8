"""The engine run day by day on a copy of a portfolio, and what it comes to.

`simulating` runs, `payment_model` says when debtors pay, `measuring` counts, `simulation_report`
lays it out, `comparing` sets two books side by side. Nothing leaves a rehearsal.
"""
