"""Errors are sentences, and survive a trip between processes."""

import pickle

from explorer.core.errors import ExplorerError, InputError, NotErgodicError


def test_input_error_reads_as_problem_and_remedy():
    error = InputError("a", "a(x) is empty.", "Write 1 + x**2.", 3)
    assert str(error) == "a(x) is empty. Write 1 + x**2."
    assert (error.field, error.column) == ("a", 3)


def test_not_ergodic_error_carries_reason_and_classification():
    error = NotErgodicError("Explosive.", {"left": 1})
    assert str(error) == error.reason == "Explosive."
    assert error.classification == {"left": 1}


def test_errors_survive_pickling():
    for error in (InputError("b", "p", "r", 7), NotErgodicError("reason", (1, 2))):
        copy = pickle.loads(pickle.dumps(error))
        assert type(copy) is type(error)
        assert vars(copy) == vars(error)


def test_errors_are_not_value_errors():
    # pydantic would swallow a ValueError raised in a validator.
    assert not issubclass(ExplorerError, ValueError)
