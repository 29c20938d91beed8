"""What a project tests itself with: the runner for the DMN Technology Compatibility Kit.

Imports go downward from here to `dmn` and `feel`; nothing of dunning_sdk imports this package.
"""
