"""Drills: the same actions that people press, tried against each other, against the clock and against a killed server.

`scene` has the people and begins cases, `acts` does each action with sensible arguments, `invariants` says what must
hold of a case after whatever happened. The tests and `manage.py drill` use the same three.
"""
