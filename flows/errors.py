"""What can go wrong with an action; each has one page that says what happened and what to do now.

FlowError
├── NotThere      no such case or task for this actor (404)
├── NotAllowed    `may` said no; `reason` is its key
├── AlreadyDone   somebody was faster: the task or the case is no longer open, or the task is taken
├── Stale         the case changed since the page was opened
├── Busy          the case is locked by somebody for too long: try again
├── ProofNeeded   signing asks for the password again
├── Invalid       what was handed in has mistakes; `errors` names each field
└── ChainError    the chain has no such step, or the step does not lead there: a mistake of the code
"""

from policy import T


class FlowError(Exception):
    """The root of what actions raise."""


class NotThere(FlowError):
    pass


class NotAllowed(FlowError):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AlreadyDone(FlowError):
    def __init__(self, reason: str = "task_done") -> None:
        super().__init__(reason)
        self.reason = reason


class Stale(FlowError):
    pass


class Busy(FlowError):
    pass


class ProofNeeded(FlowError):
    """The last proof of who signs is too old, or there is none."""


class Invalid(FlowError):
    """`errors` are sentences in both languages, by the field's name."""

    def __init__(self, **errors: T) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


class ChainError(FlowError):
    pass
