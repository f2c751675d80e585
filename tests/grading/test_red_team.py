"""Attacks on the judge that have paid once, and some that might: on grades, on neighbours, on the judge itself."""

import io
import json
import struct
import time
import tracemalloc
import zipfile

import pytest
from hand_in import FORGE, code, full, notebook, points, says, told

from course_lib.checks.answers import TimeLimit, time_limit
from course_lib.grading import cgroup, sources, wire
from course_lib.grading.judge import grade
from course_lib.grading.submissions import Unreadable, find

KNOWN = ["02_collapse", "07_relu"]


def learners(folder, *names):
    """Whose the notebooks called ``names`` are, by name."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"{}")
    return {found.path: found.learner for found in find(folder, KNOWN)}


class TestAnotherLearnersName:
    """Bob is attacked: 200 notebooks under his name would push his own one out, and count in its place."""

    @pytest.mark.parametrize(
        ("bobs", "janes", "jane"),
        {
            "Moodle's name in a plain folder": (
                "1234567/07_relu.ipynb",
                "jane/Bob_1234567_assignsubmission_file_07_relu.ipynb",
                "jane",
            ),
            "Canvas's name in a plain folder": ("12345/07_relu.ipynb", "jane/roebob_12345_1_07_relu.ipynb", "jane"),
            "a folder 'submitted' in a plain folder": ("bob/07.ipynb", "jane/submitted/bob/ps1/07.ipynb", "jane"),
            "Canvas's name below nbgrader's": (
                "submitted/12345/p/7.ipynb",
                "submitted/jane/p/b_12345_1_7.ipynb",
                "jane",
            ),
            "Moodle's name behind Moodle's": (
                "Bob_1234567_assignsubmission_file_07_relu.ipynb",
                "Jane_99_assignsubmission_file_Bob_1234567_assignsubmission_file_07_relu.ipynb",
                "99",
            ),
            "Moodle's name in the name of a person": (
                "Bob_1234567_assignsubmission_file_/07_relu.ipynb",
                "Bob_1234567_assignsubmission_file_ Jane_99_assignsubmission_file_/07_relu.ipynb",
                "99",
            ),
            "Moodle's name behind Canvas's": (
                "roebob_12345_1_07_relu.ipynb",
                "doejane_99_2_x_12345_assignsubmission_file_07_relu.ipynb",
                "99",
            ),
            "in folders of several exercises": ("07_relu/12345/a.ipynb", "07_relu/jane/b_12345_1_7.ipynb", "jane"),
        }.values(),
    )
    def test_is_not_taken_from_what_a_learner_may_name(self, tmp_path, bobs, janes, jane):
        found = learners(tmp_path, bobs, janes, bobs.replace("07_relu/", "02_collapse/"))
        assert found[janes] == jane
        assert found[bobs] != jane

    def test_is_still_found_in_folders_that_hold_several_downloads(self, tmp_path):
        moodle = "{}/Bob_7_assignsubmission_file_/07_relu.ipynb", "{}/Jane_8_assignsubmission_file_/07_relu.ipynb"
        names = [name.format(week) for week in ("week1", "week2") for name in moodle]
        assert set(learners(tmp_path, *names, "notes.ipynb").values()) == {"7", "8", "notes"}


def packed(**files):
    """A zip as bytes: its files by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def listing(count):
    """A zip that consists of a list of so many empty files."""
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"
    return entry * count + b"PK\x05\x06" + bytes(8) + struct.pack("<IIH", len(entry) * count, 0, 0)


class TestZips:
    def why(self, folder, content):
        (folder / "jane").mkdir()
        (folder / "jane" / "work.zip").write_bytes(content)
        (folder / "bob.ipynb").write_bytes(b"{}")
        before = time.monotonic()
        with pytest.raises(Unreadable) as error:
            {found.learner: found for found in find(folder, KNOWN)}["jane"].read()
        assert time.monotonic() - before < 5
        return str(error.value)

    def test_that_list_millions_of_files_are_refused_unread(self, tmp_path):
        assert "far too many files" in self.why(tmp_path, listing(sources.LONGEST_LIST // 40))

    def test_in_a_zip_that_are_small_only_while_they_are_packed_are_refused(self, tmp_path):
        inner = listing(100_000)
        assert "unusual way" in self.why(tmp_path, packed(**{f"{number}.zip": inner for number in range(20)}))

    def test_whose_files_share_their_bytes_are_damaged(self, tmp_path):
        whole = packed(**{"work.zip": packed(**{"a.ipynb": b"{}"})})
        size, start = struct.unpack("<II", whole[-10:-2])
        entries = whole[start : start + size] * 50
        again = whole[:start] + entries + whole[-22:-10] + struct.pack("<IIH", len(entries), start, 0)
        assert "damaged" in self.why(tmp_path, again)


class TestChecks:
    @pytest.mark.parametrize(
        ("task", "cell"),
        {
            "witness": "def witness(f): return [1.7e308, 1.7e308], [-1.7e308, 1e308]",
            "witness where rounding looks like a crease": "def witness(f): return [1e15, 1.1e15], [-1e15, 0.3]",
            "lost-rank": "first = second = np.diag([1, 1, 1e-10, 0])",
        }.items(),
        ids=str,
    )
    def test_that_stumble_over_huge_or_tiny_numbers_give_no_points(self, sandbox, task, cell):
        name = task.partition(" ")[0]
        record = grade(notebook("02_collapse", {name: cell}), "x", sandbox, "seed")
        assert points(record) == full("02_collapse", **{name.replace("-", "_"): 0})
        assert told(record, name.replace("-", "_"))[0] == "failed"

    def test_make_no_mountain_of_objects_out_of_an_array_of_truth_values(self, sandbox):
        cell = "def nothing_between(listing):\n    return np.zeros(30_000_000, bool)"
        tracemalloc.start()
        record = grade(notebook("02_collapse", {"nothing-between": cell}), "x", sandbox, "seed")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert points(record) == full("02_collapse", nothing_between=0)
        assert peak < 200 << 20

    def test_are_not_handed_megabytes_of_text_without_end(self, sandbox):
        call = """b'{"is": "callback", "of": 0, "with": [[1.0], {"dict": []}], "to": %d}' % runner._number"""
        cell = f"def tent(x, relu):\n    for _ in range(9): forge({call} + b' ' * 4_000_000)"
        record = grade(notebook(answers={"tent": cell}, first=[FORGE]), "x", sandbox, "seed")
        assert points(record) == full(tent=0)
        assert "hands more than 16 MB" in told(record, "tent")[1]


def test_a_notebook_cannot_make_its_record_too_long_to_travel_and_so_escape_its_grade(sandbox):
    def change(data):
        for number in range(60):
            shout = "\N{GRINNING FACE}" * 1900
            data["cells"].append(code(f"print('{shout}')\nraise ValueError('{shout}')", f"{shout}{number}"))
        for cell in data["cells"]:
            if cell["id"] == "gate":
                cell["source"] += "\n#" + "\x01" * 30_000

    record = grade(notebook(change=change), "x", sandbox, "seed")
    assert points(record)["tent"] == 2
    assert len(json.dumps(record)) < wire.LARGEST_TEXT / 4


class TestTheKernel:
    CALLS = {  # noqa: RUF012
        "memory of nobody": ["shmget(0, 1 << 30, 0o600)", "semget(0, 32000, 0o600)", "msgget(0, 0o600)"],
        "files of nobody": ["memfd_create(b'x', 0)", "syscall(447, 0)", "vmsplice(0, None, 0, 0)"],
        "what the machine has once": ["syscall(206, 60000, ctypes.byref(ctypes.c_ulong()))", "syncfs(0)"],
        "the machine's other side, by vsock": ["socket(40, 1, 0)", "socketpair(40, 1, 0, (ctypes.c_int * 2)())"],
        "ciphers, and sockets of the kernel's own": ["socket(38, 5, 0)", "socket(17, 3, 0)", "socket(15, 3, 2)"],
        "the same calls by other numbers": ["syscall(435, 0, 0)", "syscall(0x40000000 | 39)", "syscall(467, 0, 0, 0)"],
        "priority": ["setpriority(0, 0, -5)", "sched_setscheduler(0, 1, (ctypes.c_int * 1)(1))", "nice(-1)"],
        "higher limits": ["setrlimit(14, (ctypes.c_long * 2)(50, 50))", "setrlimit(9, (ctypes.c_long * 2)(-1, -1))"],
    }

    @pytest.mark.parametrize("calls", CALLS.values(), ids=CALLS)
    def test_gives_no(self, sandbox, calls):
        source = "import ctypes\nlibc = ctypes.CDLL(None)\nprint(libc.getpid(), " + ", ".join(
            f"libc.{c}" for c in calls
        )
        assert says(sandbox, source + ")") == "1" + " -1" * len(calls) + "\n"

    def test_hands_the_judge_no_open_file_over_whose_end_it_would_wait(self, sandbox):
        source = """
            import array, socket
            judge = socket.socket(fileno=3)
            try:
                judge.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))])
            except OSError as error:
                print(error.strerror)
            judge.detach()"""
        assert says(sandbox, source) == "Operation not permitted\n"

    def test_keeps_no_connection_from_one_notebook_to_the_next(self, sandbox):
        source = """
            import socket
            for family in (socket.AF_INET, socket.AF_INET6):
                try:
                    socket.create_server(("", 5555), family=family)
                except OSError as error:
                    print(error.strerror)"""
        assert says(sandbox, source) == "Address family not supported by protocol\n" * 2

    def test_starts_no_handler_of_crashes_and_lends_no_priority_of_the_instructor(self, sandbox):
        source = (
            "import resource as r\nprint([r.getrlimit(w) for w in (r.RLIMIT_CORE, r.RLIMIT_RTPRIO, r.RLIMIT_NICE)])"
        )
        assert says(sandbox, source) == "[(1, 1), (0, 0), (0, 0)]\n"

    def test_shares_the_processors_by_notebook_and_not_by_process(self, monkeypatch):
        lines = "4:memory:/m\n3:pids:/p\n2:cpu,cpuacct:/c\n1:name=systemd:/\n0::/\n"
        monkeypatch.setattr(cgroup.Path, "read_text", lambda *_, **__: lines)
        assert [folder.parent.name for folder, _ in cgroup._places(1, 1)] == ["m", "p", "c"]


def test_a_time_limit_that_strikes_while_a_notebook_is_ended_leaves_no_answer_for_the_next_one(sandbox, monkeypatch):
    word = sandbox._word
    sandbox.start()
    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "_word", lambda: time.sleep(0.3) or word())
        with pytest.raises(TimeLimit), time_limit(0.1):
            sandbox.end()
    before = sandbox._process.pid
    assert sandbox.end()["memory"] > 0
    assert points(grade(notebook(), "x", sandbox, "seed")) == full()
    assert sandbox._process.pid == before
