"""Every layout tells whose notebook it is, and whatever was handed in is read safely or refused in one sentence."""

import copy
import errno
import io
import json
import os
import pickle
import random
import socket
import stat
import struct
import tracemalloc
import zipfile

import pytest

from course_lib.checks import ROOT, chapters
from course_lib.grading import sources, submissions
from course_lib.grading.submissions import (
    LARGEST,
    Cell,
    NoSubmissions,
    Notebook,
    Unreadable,
    exercise_of,
    find,
    parse,
)

NOTEBOOK = (ROOT / "exercises" / "07_relu.ipynb").read_bytes()
KNOWN = ["02_collapse", "07_relu"]


def put(folder, *names, content=NOTEBOOK):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def zipped(*names, content=NOTEBOOK, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name in names:
            archive.writestr(name, content)
    return buffer.getvalue()


def learners(path):
    return {found.path: found.learner for found in find(path, KNOWN)}


def the_only(path):
    (found,) = find(path, KNOWN)
    return found


def reason(path, name):
    """Why the submission called ``name`` in the folder ``path`` cannot be read."""
    found = {found.path: found for found in find(path, KNOWN)}[name]
    with pytest.raises(Unreadable) as error:
        found.read()
    text = str(error.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


# Layouts


@pytest.fixture(params=["folder", "zip"])
def handed_in(request, tmp_path):
    """Make a folder, or a zip, of the files with these names."""

    def make(*names):
        if request.param == "folder":
            return put(tmp_path / "all", *names)
        (tmp_path / "all.zip").write_bytes(zipped(*names))
        return tmp_path / "all.zip"

    return make


LAYOUTS = {
    "submitted/jane/07_relu/07_relu.ipynb": ("jane", "", {}),
    "submitted/bob/week 3/07_relu.ipynb": ("bob", "", {}),
    "doejane_12345_67890_07_relu-2.ipynb": ("12345", "doejane", {"canvas_id": "12345"}),
    "roebob_LATE_12346_67891_07_relu.ipynb": ("12346", "roebob", {"canvas_id": "12346"}),
    "anon_a1B2c_67892_07_relu.ipynb": ("anon_a1B2c", "", {}),
    "LATE_anon_a1B2d_67893_07_relu.ipynb": ("anon_a1B2d", "", {}),
    "Jane Doe_1234567_assignsubmission_file_/07_relu.ipynb": ("1234567", "Jane Doe", "Participant 1234567"),
    "Bob Roe_1234568_assignsubmission_file/07_relu.ipynb": ("1234568", "Bob Roe", "Participant 1234568"),
    "Ada Poe_1234569_assignsubmission_file_07_relu.ipynb": ("1234569", "Ada Poe", "Participant 1234569"),
    "Participant_1234570_assignsubmission_file_/07_relu.ipynb": ("1234570", "", "Participant 1234570"),
    "jane/07_relu.ipynb": ("jane", "", {}),
    "jane/week 3/07_relu.ipynb": ("jane", "", {}),
    "07_relu/jane/work.ipynb": ("jane", "", {}),
    "07_relu-jane/07_relu.ipynb": ("jane", "", {}),
    "07_relu/jane.ipynb": ("jane", "", {}),
    "07_relu_jane.ipynb": ("jane", "", {}),
    "jane_07_relu.ipynb": ("jane", "", {}),
    "Jane Doe 07-ReLU.ipynb": ("Jane Doe", "", {}),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_tells_whose_notebook_it_is(handed_in, name):
    learner, shown, lms = LAYOUTS[name]
    found = {one.path: one for one in find(handed_in(name, "zoe/02_collapse.ipynb"), KNOWN)}[name]
    lms = {"moodle_id": lms} if isinstance(lms, str) else lms
    assert (found.learner, found.name, found.lms, found.exercise) == (learner, shown, lms, "07_relu")
    assert found.read() == NOTEBOOK


def test_the_layouts_that_tests_try_are_those_that_the_docstring_promises():
    from course_lib.grading import layouts

    for layout in ("jane/07_relu.ipynb", "jane/week 3/07_relu.ipynb", "07_relu_jane.ipynb", "jane_07_relu.ipynb"):
        assert f"``{layout}``" in layouts.__doc__
        assert layout in LAYOUTS


def test_a_date_in_a_name_is_no_number_of_canvas(tmp_path):
    put(tmp_path, "jane_2024_12_07_relu.ipynb", "bob_2024_12_07_relu.ipynb")
    assert set(learners(tmp_path).values()) == {"jane_2024_12", "bob_2024_12"}


@pytest.mark.parametrize(
    "start", ["submitted", "submitted/jane", "submitted/jane/ps1", "submitted/jane/ps1/work.ipynb"]
)
def test_nbgraders_folder_is_known_from_inside(tmp_path, start):
    put(tmp_path, "submitted/jane/ps1/work.ipynb")
    assert the_only(tmp_path / start).learner == "jane"


@pytest.mark.parametrize(
    ("name", "learner"),
    [("07_relu_jane", "jane"), ("jane", "jane"), ("07_relu", "07_relu"), ("07_relu (1)", "07_relu (1)")],
)
def test_a_single_notebook_belongs_to_the_one_it_is_named_after(tmp_path, name, learner):
    found = the_only(put(tmp_path, f"{name}.ipynb") / f"{name}.ipynb")
    assert (found.learner, found.path) == (learner, f"{name}.ipynb")


def test_plain_notebooks_belong_to_the_one_after_whom_their_folder_or_zip_is_named(tmp_path):
    names = ["02_collapse.ipynb", "07_relu.ipynb"]
    (tmp_path / "bob.zip").write_bytes(zipped(*names))
    assert set(learners(put(tmp_path / "jane", *names)).values()) == {"jane"}
    assert set(learners(tmp_path / "bob.zip").values()) == {"bob"}


def test_two_downloads_of_the_same_name_are_not_taken_for_one_learner(tmp_path):
    put(tmp_path / "all", "07_relu.ipynb", "07_relu (1).ipynb", "07_relu-Copy1.ipynb")
    assert len(set(learners(tmp_path / "all").values())) == 3


@pytest.mark.parametrize("around", ["hw", "hw.zip"])
@pytest.mark.parametrize("inside", ["{}/07_relu.ipynb", "all/{}/07_relu.ipynb", "07_relu_{}.ipynb", "{}.zip"])
def test_a_single_folder_or_zip_around_all_learners_is_looked_through(tmp_path, around, inside):
    names = [inside.format(name) for name in ("jane", "bob")]
    content = zipped("07_relu.ipynb") if inside == "{}.zip" else NOTEBOOK
    if around == "hw.zip":
        put(tmp_path, around, content=zipped(*names, content=content))
    else:
        put(tmp_path / around, *names, content=content)
    assert set(learners(tmp_path).values()) == {"jane", "bob"}


def test_one_learner_alone_is_still_the_learner(tmp_path):
    put(tmp_path, "jane/exercises/07_relu.ipynb", "jane/exercises/02_collapse.ipynb")
    assert set(learners(tmp_path).values()) == {"jane"}


def test_zips_of_learners_in_a_download_are_looked_into_once(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("doejane_12345_67890_work.zip", zipped("a/07_relu.ipynb", "__MACOSX/a/._07_relu.ipynb"))
        archive.writestr("Bob Roe_77_assignsubmission_file_/work.zip", zipped("07_relu.ipynb"))
        archive.writestr("zoe/deep.zip", wrapped_twice())
    (tmp_path / "download.zip").write_bytes(buffer.getvalue())
    assert learners(tmp_path / "download.zip") == {
        "Bob Roe_77_assignsubmission_file_/work.zip/07_relu.ipynb": "77",
        "doejane_12345_67890_work.zip/a/07_relu.ipynb": "12345",
        "zoe/deep.zip/once.zip": "zoe",
    }
    assert "zip in a zip in a zip" in reason(tmp_path / "download.zip", "zoe/deep.zip/once.zip")


def wrapped_twice():
    return zipped("once.zip", content=zipped("07_relu.ipynb"))


def test_notebooks_come_sorted_and_what_is_hidden_is_passed_over(tmp_path):
    put(tmp_path, "b/07_relu.ipynb", "a/.ipynb_checkpoints/07_relu.ipynb", "a/07_relu.IPYNB", "a/readme.md")
    put(
        tmp_path,
        "__MACOSX/07_relu.ipynb",
        ".hidden/07_relu.ipynb",
        "a/.07_relu.ipynb",
        "a/data.zip",
        content=zipped("x"),
    )
    assert list(learners(tmp_path)) == ["a/07_relu.IPYNB", "b/07_relu.ipynb"]


def test_a_name_in_a_zip_is_read_as_utf8_even_if_the_zip_does_not_say_so(tmp_path):
    content = zipped("jürgen/07_relu.ipynb", "zoë/07_relu.ipynb")
    unsaid = bytearray(content)
    for place in [i for i in range(len(content)) if content[i : i + 4] in (b"PK\1\2", b"PK\3\4")]:
        flag = place + (8 if content[place + 2] == 1 else 6) + 1
        unsaid[flag] &= ~0x08
    (tmp_path / "all.zip").write_bytes(unsaid)
    found = list(find(tmp_path / "all.zip", KNOWN))
    assert [one.learner for one in found] == ["jürgen", "zoë"]
    assert found[0].read() == NOTEBOOK


def test_the_known_exercises_are_those_of_the_course_unless_given(tmp_path):
    put(tmp_path, "jane_07_relu.ipynb")
    (found,) = find(tmp_path)
    assert (found.exercise, found.learner) == ("07_relu", "jane")
    (found,) = find(tmp_path, ["99_other"])
    assert (found.exercise, found.learner) == ("", "jane_07_relu")


# Names


def test_names_that_cannot_be_printed_or_stored_stay_apart(tmp_path):
    names = [b"jane\xff", b"jane\xfe", b"jane\n", b"jane\x1b[31m", "jane\u202e".encode(), b"jane ", b"jane", b"j\"a'ne"]
    for name in names:
        os.makedirs(os.path.join(os.fsencode(tmp_path), name))
        with open(os.path.join(os.fsencode(tmp_path), name, b"07_relu.ipynb"), "wb") as file:
            file.write(NOTEBOOK)
    found = list(find(tmp_path, KNOWN))
    assert len({one.learner for one in found}) == len({one.path for one in found}) == len(names)
    for one in found:
        assert one.learner.isprintable()
        assert one.path.isprintable()
        assert one.learner.encode("utf-8")
        assert one.read() == NOTEBOOK
    assert {"jane", "j\"a'ne"} <= {one.learner for one in found}


def test_two_files_of_the_same_name_in_a_zip_are_two_submissions(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("jane/07_relu.ipynb", b"first")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("jane/07_relu.ipynb", b"second")
    found = list(find(tmp_path / "all.zip", KNOWN))
    assert sorted(one.read() for one in found) == [b"first", b"second"]
    assert len({one.path for one in found}) == 2


def test_a_name_of_many_thousand_letters_is_cut(tmp_path):
    (tmp_path / "all.zip").write_bytes(zipped("a" * 60_000 + "b/07_relu.ipynb", "a" * 60_000 + "c/07_relu.ipynb"))
    found = list(find(tmp_path / "all.zip", KNOWN))
    assert len({one.learner for one in found}) == len({one.path for one in found}) == 2
    assert max(len(one.path) + len(one.learner) for one in found) < 1300


# Nothing to grade


def test_what_does_not_exist_or_holds_no_notebook_is_said_with_what_was_looked_for(tmp_path):
    with pytest.raises(NoSubmissions, match=r"nowhere does not exist: give a notebook"):
        find(tmp_path / "nowhere")
    with pytest.raises(NoSubmissions, match=r"No notebook is in .*looked for \*\.ipynb"):
        find(tmp_path)
    put(tmp_path, "jane/work.pdf")
    for path in (tmp_path, tmp_path / "jane/work.pdf"):
        with pytest.raises(ValueError, match="No notebook"):
            find(path)


@pytest.mark.parametrize("start", ["", "bob.zip"])
def test_a_damaged_zip_alone_is_nothing_to_grade(tmp_path, start):
    put(tmp_path, "bob.zip", content=b"PK\3\4 no zip")
    with pytest.raises(NoSubmissions, match=r"nothing to grade in .*bob\.zip: The zip is damaged"):
        find(tmp_path / start)


def test_a_damaged_zip_among_others_is_one_unreadable_submission(tmp_path):
    put(tmp_path, "07_relu-bob.zip", content=zipped("07_relu.ipynb")[:-30])
    put(tmp_path, "jane/07_relu.ipynb")
    assert learners(tmp_path) == {"07_relu-bob.zip": "bob", "jane/07_relu.ipynb": "jane"}
    assert "The zip is damaged" in reason(tmp_path, "07_relu-bob.zip")


# Files that are none


@pytest.fixture
def folder(tmp_path):
    """A folder with one good notebook, so that there is something to grade."""
    return put(tmp_path / "handed in", "zoe/07_relu.ipynb")


def test_a_symbolic_link_is_refused_as_a_file_and_as_a_folder(folder, tmp_path):
    put(tmp_path / "secret", "07_relu.ipynb")
    (folder / "jane.ipynb").symlink_to(tmp_path / "secret/07_relu.ipynb")
    (folder / "bob").symlink_to(tmp_path / "secret")
    (folder / "ada.ipynb").symlink_to("ada.ipynb")
    (folder / "loop").symlink_to(".")
    put(tmp_path, "real.zip", content=zipped("07_relu.ipynb"))
    (folder / "eve.zip").symlink_to(tmp_path / "real.zip")
    names = {"jane.ipynb", "bob", "ada.ipynb", "loop", "eve.zip"}
    assert set(learners(folder)) == {*names, "zoe/07_relu.ipynb"}
    for name in names:
        assert "symbolic link" in reason(folder, name)


def test_the_folder_that_was_named_may_be_a_link_itself(folder, tmp_path):
    (tmp_path / "link").symlink_to(folder)
    assert the_only(tmp_path / "link").read() == NOTEBOOK


@pytest.mark.parametrize("by_folder", [True, False])
@pytest.mark.parametrize("swapped", ["zoe", "zoe/07_relu.ipynb"])
def test_what_becomes_a_link_after_it_was_found_is_refused(folder, tmp_path, monkeypatch, by_folder, swapped):
    monkeypatch.setattr(sources, "_BY_FOLDER", by_folder)
    found = the_only(folder)
    assert found.read() == NOTEBOOK
    (folder / swapped).rename(tmp_path / "away")
    (folder / swapped).symlink_to(tmp_path / "away")
    with pytest.raises(Unreadable, match="symbolic link"):
        found.read()


def test_pipes_sockets_and_devices_are_refused_without_waiting(folder):
    os.mkfifo(folder / "pipe.ipynb")
    os.mkfifo(folder / "pipe.zip")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket.ipynb"))
    for name in ("pipe.ipynb", "pipe.zip", "socket.ipynb"):
        assert "a pipe or a device" in reason(folder, name)


def test_a_device_is_refused(monkeypatch):
    with pytest.raises(Unreadable, match="a pipe or a device"):
        sources.File("/dev", ("null",)).read()


def refusing(error):
    """An os.open that refuses what is called like a notebook."""
    real = os.open

    def opening(path, *arguments, **options):
        if str(path).endswith(".ipynb"):
            raise OSError(error, os.strerror(error))
        return real(path, *arguments, **options)

    return opening


def test_what_may_not_be_read_is_unreadable_and_the_machines_own_faults_are_not(folder, monkeypatch):
    found = the_only(folder)
    monkeypatch.setattr(os, "open", refusing(errno.EACCES))
    with pytest.raises(Unreadable, match="permissions forbid"):
        found.read()
    monkeypatch.setattr(os, "open", refusing(errno.EMFILE))
    with pytest.raises(OSError, match="Too many open files"):
        found.read()


def test_a_folder_that_may_not_be_read_is_unreadable(folder, monkeypatch):
    put(folder, "bob/07_relu.ipynb")
    real = os.scandir

    def scanning(path):
        if str(path).endswith("bob"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scanning)
    assert reason(folder, "bob") == "The folder cannot be read: Permission denied."


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_what_vanished_meanwhile_is_unreadable(tmp_path, kind):
    path = (
        put(tmp_path, "zoe/07_relu.ipynb")
        if kind == "folder"
        else put(tmp_path, "a.zip", content=zipped("07_relu.ipynb"))
    )
    found = the_only(path if kind == "folder" else path / "a.zip")
    (path / ("zoe/07_relu.ipynb" if kind == "folder" else "a.zip")).unlink()
    with pytest.raises(Unreadable, match="moved or changed"):
        found.read()


def test_a_zip_that_was_replaced_meanwhile_gives_no_other_learners_notebook(tmp_path):
    put(tmp_path, "a.zip", content=zipped("jane/07_relu.ipynb", "zoe/07_relu.ipynb"))
    jane, zoe = find(tmp_path / "a.zip", KNOWN)
    put(tmp_path, "a.zip", content=zipped("bob/07_relu.ipynb"))
    for found in (jane, zoe):
        with pytest.raises(Unreadable, match="moved or changed"):
            found.read()


def test_an_empty_file_is_unreadable(folder):
    put(folder, "jane.ipynb", content=b"")
    put(folder, "bob.zip", content=zipped("07_relu.ipynb", content=b""))
    assert reason(folder, "jane.ipynb") == reason(folder, "bob.zip/07_relu.ipynb") == "The file is empty."


def test_the_largest_file_is_read_and_one_byte_more_is_not(folder, monkeypatch):
    monkeypatch.setattr(sources, "LARGEST", 1000)
    put(folder, "jane/a.ipynb", "bob.zip", content=zipped("b.ipynb", content=b"x" * 1000))
    put(folder, "jane/a.ipynb", content=b"x" * 1000)
    good = {found.path: found for found in find(folder, KNOWN)}
    assert good["jane/a.ipynb"].read() == good["bob.zip/b.ipynb"].read() == b"x" * 1000
    put(folder, "jane/a.ipynb", content=b"x" * 1001)
    put(folder, "bob.zip", content=zipped("b.ipynb", content=b"x" * 1001))
    for name in ("jane/a.ipynb", "bob.zip/b.ipynb"):
        assert "larger than" in reason(folder, name)


def test_a_file_that_grows_after_it_was_measured_is_too_large():
    with pytest.raises(Unreadable, match="larger than 20 MB"):
        sources._limited(io.BytesIO(bytes(LARGEST + 1)), 10)


@pytest.mark.parametrize("announced", [None, 10])
def test_a_zip_bomb_is_refused_and_costs_no_memory(folder, announced):
    content = zipped("07_relu.ipynb", content=bytes(300 * 2**20))
    if announced:  # the header lies about the size
        content = content.replace(struct.pack("<L", 300 * 2**20), struct.pack("<L", announced))
    put(folder, "bob.zip", content=content)
    tracemalloc.start()
    text = reason(folder, "bob.zip/07_relu.ipynb")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ("damaged" if announced else "larger than 20 MB") in text
    assert peak < 5 * LARGEST


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_packed_in_a_way_that_has_no_limit_is_refused(folder, method):
    put(folder, "bob.zip", content=zipped("07_relu.ipynb", compression=method))
    assert "unusual" in reason(folder, "bob.zip/07_relu.ipynb")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_in_a_zip_are_refused(folder, kind):
    info = zipfile.ZipInfo("07_relu.ipynb")
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    put(folder, "bob.zip", content=zipped(info, content=b"/etc/passwd"))
    expected = "symbolic link" if kind == stat.S_IFLNK else "a pipe or a device"
    assert expected in reason(folder, "bob.zip/07_relu.ipynb")


def test_a_password_and_damage_in_a_zip_are_told_apart(folder):
    content = bytearray(zipped("07_relu.ipynb"))
    content[len(content) // 2] ^= 0xFF
    put(folder, "damaged.zip", content=content)
    content = bytearray(zipped("07_relu.ipynb"))
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    put(folder, "locked.zip", content=content)
    assert "damaged in its zip" in reason(folder, "damaged.zip/07_relu.ipynb")
    assert "password" in reason(folder, "locked.zip/07_relu.ipynb")


def test_whatever_a_zip_holds_nothing_but_unreadable_is_raised(folder):
    whole = zipped("jane/07_relu.ipynb", "bob/07_relu.ipynb")
    rng = random.Random(1)
    seen = set()
    for _ in range(300):
        put(folder, "a.zip", content=spoilt(whole, rng))
        for found in find(folder, KNOWN):
            try:
                seen.add(found.read() == NOTEBOOK)
            except Unreadable as error:
                seen.add(str(error).partition(":")[0])
    assert {True, "The zip is damaged", "The file is damaged in its zip"} <= seen


def test_folders_inside_folders_end_at_a_depth(folder):
    deep = "/".join(["a"] * 21)
    put(folder, f"{deep}/07_relu.ipynb")
    assert "were not looked into" in reason(folder, deep)


def test_one_learner_cannot_flood_the_grader(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "MOST", 3)
    put(tmp_path, *(f"jane/{number}.ipynb" for number in range(9)), "zoe/07_relu.ipynb")
    assert list(learners(tmp_path)) == [
        "jane/0.ipynb",
        "jane/1.ipynb",
        "jane/2.ipynb",
        "jane/3.ipynb",
        "zoe/07_relu.ipynb",
    ]
    assert "notebooks of one learner" in reason(tmp_path, "jane/3.ipynb")


# Many


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_ten_thousand_submissions_are_found_in_flat_memory_without_reading_one(tmp_path, kind, monkeypatch):
    monkeypatch.setattr(sources.File, "read", pytest.fail)
    monkeypatch.setattr(sources.Member, "read", pytest.fail)
    names = [f"learner{number}/07_relu.ipynb" for number in range(10_000)]
    if kind == "folder":
        put(tmp_path, *names, content=b"")
    else:
        put(tmp_path, "a.zip", content=zipped(*names, content=b""))
    tracemalloc.start()
    count = sum(1 for _ in find(tmp_path if kind == "folder" else tmp_path / "a.zip", KNOWN))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 10_000
    assert peak < (10 if kind == "folder" else 25) * 2**20


@pytest.mark.parametrize("name", ["jane/07_relu.ipynb", "a.zip/07_relu.ipynb", "a.zip/b.zip/07_relu.ipynb"])
def test_a_submission_can_be_sent_to_another_process(tmp_path, name):
    put(tmp_path, "jane/07_relu.ipynb")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("07_relu.ipynb", NOTEBOOK)
        archive.writestr("b.zip", zipped("07_relu.ipynb"))
    found = {found.path: found for found in find(tmp_path, KNOWN)}[name]
    assert pickle.loads(pickle.dumps(found)).read() == NOTEBOOK
    with pytest.raises(Unreadable, match="empty"):
        raise pickle.loads(pickle.dumps(Unreadable("empty")))


# What is in a notebook


def made(*cells, **more):
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}} | more).encode()


def code(source, **more):
    return {"cell_type": "code", "id": "a", "metadata": {}, "source": source, "outputs": []} | more


@pytest.mark.parametrize("chapter", chapters())
def test_the_courses_exercises_are_read_as_nbformat_reads_them(chapter):
    import nbformat

    path = ROOT / "exercises" / f"{chapter}.ipynb"
    read = parse(path.read_bytes())
    wanted = nbformat.read(path, as_version=4).cells
    assert [(cell.id, cell.kind, cell.source) for cell in read.cells] == [
        (cell.id, cell.cell_type, cell.source) for cell in wanted
    ]
    assert read.notes == []
    assert exercise_of(read, "work.ipynb") == chapter


def test_only_what_grading_needs_is_kept():
    cell = code(
        ["x = 1\n", "x"], metadata={"nbgrader": {"grade_id": "gate", "grade": True}, "tags": ["skip-execution"]}
    )
    named = {"activation_course": {"exercise": "07_relu", "more": 1}, "kernelspec": {"name": "evil"}}
    assert parse(made(cell, metadata=named)) == Notebook(
        cells=[Cell("a", "code", "x = 1\nx", "gate")], metadata={"activation_course": {"exercise": "07_relu"}}
    )


FAULTS = {
    b"": "The file is empty",
    b" \n": "The file is empty",
    b"\xff\xfe{\x00}\x00": "not text in UTF-8",
    b"\x89PNG\r\n\x1a\n": "not text in UTF-8",
    b'{"cells": [\n\n{"cell_type"': "its JSON breaks at line 3",
    b"<<<<<<< HEAD\n{}": "its JSON breaks at line 1",
    b"[" * 100_000: "nested too deeply",
    b'{"a":' * 100_000: "nested too deeply",
    b"[]": "it is JSON, but no object",
    b"null": "it is JSON, but no object",
    b"{}": "it has no list of cells",
    b'{"cells": {}}': "it has no list of cells",
    b'{"nbformat": 3, "worksheets": [{"cells": []}]}': "old format: open it in JupyterLab and save it",
    b'{"nbformat": 5, "cells": []}': "format is too new",
    b'{"cells": [], "nbformat": 1' + b"0" * 5000 + b"}": "thousands of digits",
    made(*[{}] * 2001): "has 2001 cells; 2000 is the most",
    b'{"cells": [' + b"[]," * 2_000_000 + b"0]}": "too many values",
    b'"' + b"x" * LARGEST + b'"': "larger than 20 MB",
}


@pytest.mark.parametrize("content", FAULTS, ids=lambda content: FAULTS[content])
def test_what_is_no_notebook_is_unreadable_and_says_why(content):
    with pytest.raises(Unreadable, match=FAULTS[content]) as error:
        parse(content)
    assert str(error.value).endswith(".")


def test_a_truncated_notebook_is_unreadable_and_says_at_which_line():
    half = NOTEBOOK[: len(NOTEBOOK) // 2]
    with pytest.raises(Unreadable, match=rf"breaks at line {half.count(10) + 1}\."):
        parse(half)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + made(code("x")),
        made(code("x"), metadata={"a": float("nan"), "b": float("inf")}),
        b'{"cells": 1, ' + made(code("x"))[1:],
        made(code("x"), nbformat="4"),
        made(code("x"), metadata=[1]),
        made(code("x", metadata=None)),
        made(code("x", metadata={"nbgrader": {"grade_id": 7}})),
    ],
    ids=["BOM", "NaN", "a key twice", "format as text", "metadata a list", "no metadata", "grade_id a number"],
)
def test_harmless_oddities_are_read(content):
    assert parse(content) == Notebook(cells=[Cell("a", "code", "x")])


def test_damaged_cells_are_left_out_with_a_note_and_the_others_are_kept():
    damaged = [None, 7, {}, {"cell_type": "code"}, code(5), code(["x", 5]), code(None), code("x", cell_type="evil")]
    read = parse(made(code("first", id=None), *damaged, code("last")))
    assert read.cells == [Cell("", "code", "first"), Cell("a", "code", "last")]
    assert read.notes == ["8 cells are damaged and were left out: numbers 2, 3, 4, 5, 6, 7, 8, 9."]
    assert parse(made([])).notes == ["Cell number 1 is damaged and was left out."]


def test_halves_of_characters_become_question_marks():
    assert parse(made(code("x = '\ud800'"))).cells == [Cell("a", "code", "x = '?'")]


def spoilt(content, rng):
    """A truncation of ``content``, or a copy in which up to eight bytes are others, or both."""
    spoilt = bytearray(content[: rng.randrange(len(content))] if rng.random() < 0.3 else content)
    for _ in range(rng.randrange(8)):
        if spoilt:
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
    return bytes(spoilt)


def test_whatever_the_bytes_are_nothing_but_unreadable_is_raised():
    rng = random.Random(0)
    outcomes = []
    for _ in range(3000):
        try:
            read = parse(spoilt(NOTEBOOK, rng))
            exercise_of(read, "jane.ipynb")
            outcomes.append(all(cell.source.encode() is not None for cell in read.cells))
        except Unreadable as error:
            outcomes.append(str(error).endswith("."))
    assert all(outcomes)


def test_whatever_stands_in_place_of_any_value_nothing_but_unreadable_is_raised():
    odd = [None, True, -1, 1e300, "", "x", [], {}, [None], {"a": None}]
    rng = random.Random(0)
    for _ in range(1000):
        data = json.loads(NOTEBOOK)
        for _ in range(rng.randrange(1, 4)):
            replace_one(data, rng, odd)
        try:
            exercise_of(parse(json.dumps(data).encode()), "jane.ipynb")
        except Unreadable as error:
            assert str(error).endswith(".")  # noqa: PT017


def replace_one(data, rng, odd):
    """Put something odd in place of one value somewhere in ``data``."""
    while True:
        places = list(data) if isinstance(data, dict) else range(len(data))
        if not places:
            return
        place = rng.choice(list(places))
        if not isinstance(data[place], dict | list) or rng.random() < 0.2:
            data[place] = copy.deepcopy(rng.choice(odd))
            return
        data = data[place]


# Which exercise


def checking(*names, **metadata):
    cells = [code(f'check("{name}", answer)') for name in names]
    return parse(made(*cells, metadata={"activation_course": metadata}))


@pytest.mark.parametrize(
    ("notebook", "path", "exercise"),
    [
        (checking("02_collapse.witness", exercise="07_relu"), "02_collapse.ipynb", "07_relu"),
        (checking("02_collapse.witness", exercise="99_other"), "07_relu.ipynb", "02_collapse"),
        (checking("02_collapse.witness", "02_collapse.collapse"), "jane.ipynb", "02_collapse"),
        (checking("02_collapse.witness", "07_relu.gate"), "07_relu-2.ipynb", "07_relu"),
        (checking("02_collapse.witness", "07_relu.gate"), "jane.ipynb", ""),
        (checking("99_other.task"), "x/07_relu/jane.ipynb", "07_relu"),
        (checking(exercise=["07_relu"]), "jane 07 ReLU.ipynb", "07_relu"),
        (checking(), "107_relu.ipynb", ""),
        (parse(made(code('check("07_relu.gate", a)', cell_type="markdown"))), "jane.ipynb", ""),
    ],
)
def test_the_exercise_is_told_by_metadata_then_by_checks_then_by_names(notebook, path, exercise):
    assert exercise_of(notebook, path, KNOWN) == exercise


def test_the_longer_of_two_names_counts():
    assert exercise_of(Notebook([]), "07_relu_leaky_jane.ipynb", ["07_relu", "07_relu_leaky"]) == "07_relu_leaky"
