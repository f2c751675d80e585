"""The progress file keeps everything, survives what may happen to it, and never stops a lesson."""

import multiprocessing

import pytest

from course_lib import progress


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def add_one(number):
    return (number or 0) + 1


def count_many(_):
    for _ in range(50):
        progress.update("hint", "a", add_one)


def test_what_is_kept_is_changed_and_told():
    assert progress.update("hint", "a", add_one) == 1
    assert progress.update("hint", "a", add_one) == 2
    assert progress.read("hint") == {"a": 2}


def test_two_kernels_that_change_the_same_thing_lose_nothing():
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(count_many, range(2))
    assert progress.read("hint") == {"a": 100}


def test_a_change_that_cannot_be_kept_is_said_in_one_line_and_told_all_the_same(folder, capsys):
    folder.write_text("a file where the folder should be")
    assert progress.update("hint", "a", add_one) == 1
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "set COURSE_DATA_DIR" in message


def test_nothing_is_kept_at_first_and_reading_makes_no_file(folder):
    assert progress.read("task") == {}
    assert not folder.exists()


def test_what_was_recorded_is_read_back_oldest_first():
    for name in ("b", "a"):
        progress.record("task", name, {"outcome": "passed", "attempts": 1})
    progress.record("task", "b", {"outcome": "failed", "attempts": 2})
    progress.record("prediction", "b", {"option": "ü"})
    assert list(progress.read("task").items()) == [
        ("b", {"outcome": "failed", "attempts": 2}),
        ("a", {"outcome": "passed", "attempts": 1}),
    ]
    assert progress.read("prediction") == {"b": {"option": "ü"}}


def test_without_the_variable_it_is_in_the_users_data_directory(monkeypatch):
    monkeypatch.delenv("COURSE_DATA_DIR")
    assert progress.path().parts[-2:] == ("activation-course", "progress.sqlite")


def write_many(first):
    for number in range(first, first + 50):
        progress.record("task", str(number), number)


def test_two_kernels_that_write_at_the_same_moment_lose_nothing():
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(write_many, [0, 50])
    assert len(progress.read("task")) == 100


def test_a_damaged_file_is_put_aside_and_not_deleted(folder, capsys):
    folder.mkdir()
    progress.path().write_bytes(b"no database" * 100)
    progress.record("task", "a", 1)
    assert progress.read("task") == {"a": 1}
    assert (folder / "progress.damaged").read_bytes().startswith(b"no database")
    assert "was damaged" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_said_in_one_line_and_the_lesson_goes_on(folder, capsys):
    folder.write_text("a file where the folder should be")
    progress.record("task", "a", 1)
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "set COURSE_DATA_DIR" in message
    assert progress.read("task") == {}


def test_recording_tells_whether_it_is_kept(folder):
    assert progress.record("task", "a", 1) is True
    progress.path().unlink()
    progress.path().mkdir()
    assert progress.record("task", "a", 2) is False


def test_a_file_that_cannot_be_read_counts_as_empty_and_is_said_in_one_line(folder, capsys):
    progress.path().mkdir(parents=True)
    assert progress.read("task") == {}
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "could not be read" in message
