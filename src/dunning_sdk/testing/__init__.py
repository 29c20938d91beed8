"""What a project tests itself with: simulators of outside systems, cases, the runner of the TCK.

The simulators (`bank`, `financier`, `invoicing`, `post`) are servers on this machine that keep
state, speak a real contract and misbehave on demand. Nothing of dunning_sdk imports this package.
"""
