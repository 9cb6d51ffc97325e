"""Errors that a person can read.

``str(error)`` is always a sentence or two in plain English, so a page may show it as it stands.
None of the classes derives from ``ValueError``: pydantic turns a ``ValueError`` raised in a
validator into its own report, and the sentence would be lost.
"""

from __future__ import annotations

from typing import Any


class ExplorerError(Exception):
    """Base of every error that the explorer raises on purpose.

    Examples
    --------
    >>> str(ExplorerError("The grid is empty."))
    'The grid is empty.'
    """


class InputError(ExplorerError):
    """An input that cannot be used: what is wrong with it, and what to write instead.

    Parameters
    ----------
    field : str
        Name of the input, for instance ``"a"``, ``"b"`` or ``"domain"``.
    problem : str
        One sentence that names the value and the rule it breaks.
    remedy : str
        One sentence that says what to do.
    column : int or None
        Place in the text, counted from 1; None where no place applies.

    Examples
    --------
    >>> error = InputError("a", "a(x) is empty.", "Write a polynomial such as 1 + x**2.")
    >>> str(error)
    'a(x) is empty. Write a polynomial such as 1 + x**2.'
    """

    def __init__(self, field: str, problem: str, remedy: str, column: int | None = None) -> None:
        # All four go to Exception, so that the error survives pickling between processes.
        super().__init__(field, problem, remedy, column)
        self.field = field
        self.problem = problem
        self.remedy = remedy
        self.column = column

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}".strip()


class NotErgodicError(ExplorerError):
    """The diffusion has no exponential rate to compute; ``reason`` says why.

    Parameters
    ----------
    reason : str
        The sentence of the classification.
    classification : Classification
        The full report of ``generators.classify`` (typed loosely: this floor is below it).

    Examples
    --------
    >>> NotErgodicError("Explosive: paths reach infinity in finite time.").reason
    'Explosive: paths reach infinity in finite time.'
    """

    def __init__(self, reason: str, classification: Any = None) -> None:
        super().__init__(reason, classification)
        self.reason = reason
        self.classification = classification

    def __str__(self) -> str:
        return self.reason


class UnfinishedError(ExplorerError):
    """A run that ended before its last step; ``run`` keeps what was done.

    Parameters
    ----------
    sentence : str
        What happened, where, and what to do.
    run : Run or None
        The steps that were finished (typed loosely: this floor is below it).
    """

    def __init__(self, sentence: str, run: Any = None) -> None:
        super().__init__(sentence, run)
        self.sentence = sentence
        self.run = run

    def __str__(self) -> str:
        return self.sentence


class Cancelled(UnfinishedError):  # noqa: N818  (nothing went wrong: somebody pressed Stop)
    """The run was stopped on request.

    Examples
    --------
    >>> str(Cancelled("heun was stopped before step 2 of 9, sigma = 3."))
    'heun was stopped before step 2 of 9, sigma = 3.'
    """


class NotFiniteError(UnfinishedError):
    """The denoiser's answer, or the state of the sampler, is infinite or not a number."""
