"""What the learner's code finds inside: hardly anything, and nothing of the submission before."""

import textwrap
import time

import pytest
from needs import program

from course_lib.grading import sandbox as module
from course_lib.grading.limits import Limits
from course_lib.grading.remote import Remote
from course_lib.grading.sandbox import NoSandbox, Sandbox


@pytest.fixture(scope="module")
def sandbox():
    program("bwrap", how="apt-get install bubblewrap")
    with Sandbox(Limits(cell=20)) as one:
        yield one


@pytest.fixture
def inside(sandbox):
    """Run code in a fresh submission; return what it leaves in ``result``, as plain data."""
    remote = Remote(sandbox, time.monotonic() + 60)

    def run(code):
        error, _ = remote.run(code)
        assert error is None, error
        return remote.get(["result"])["result"]

    yield run
    remote.close()


class TestWhatCanBeSeen:
    def test_of_the_files_only_the_system_and_the_course_without_its_checks(self, inside):
        root, checks, course = inside(
            "import os\nresult = [sorted(os.listdir(p)) for p in ('/', '/course/course_lib/checks', '/course')]"
        )
        assert not {"mnt", "run", "srv", "sys", "var", "work"} & set(root)
        assert checks == ["__init__.py", "answers.py"]
        assert course == ["course_lib", "packages"]

    def test_its_home_is_empty_and_so_are_tmp_and_shared_memory_and_proc(self, inside):
        code = "import os\nresult = [os.listdir(p) for p in (os.environ['HOME'], '/tmp', '/dev/shm', '/proc')]"
        assert inside(code) == [[], ["home"], [], []]

    def test_no_variable_of_the_judges_environment(self, inside, monkeypatch):
        monkeypatch.setenv("SECRET_TOKEN", "1234")
        assert set(inside("import os\nresult = list(os.environ)")) <= {*module.environment("/tmp"), "PWD", "TERM"}

    def test_no_network_but_its_own_loopback(self, inside):
        assert inside("import socket\nresult = [name for _, name in socket.if_nameindex()]") == ["lo"]

    def test_it_is_the_first_process_of_its_world_and_an_ordinary_user(self, inside):
        assert inside("import os\nresult = (os.getpid(), os.getppid(), os.getuid(), os.getgid())") == (1, 0, 1000, 1000)

    def test_what_checks_are_inside_does_nothing(self, inside):
        code = 'from course_lib.checks import check, hint, progress\nresult = [check("x", 1), hint("x"), progress()]'
        assert inside(code) == [None, None, None]


class TestWhatCanBeDone:
    def test_no_file_of_the_system_or_the_course_can_be_written(self, inside):
        places = [
            "/x",
            "/usr/x",
            "/course/x",
            "/course/course_lib/x",
            "/course/course_lib/checks/x",
            "/dev/x",
            "/etc/x",
        ]
        code = f"""
            result = []
            for place in {places}:
                try:
                    open(place, "w").close()
                    result.append(place)
                except OSError:
                    pass
        """
        assert inside(textwrap.dedent(code)) == []

    @pytest.mark.parametrize("place", ["/tmp", "/dev/shm"])
    def test_what_it_may_write_is_limited(self, inside, place):
        code = f"""
            written = 0
            try:
                for number in range(40):
                    with open("{place}/" + str(number), "wb") as file:
                        written += file.write(bytes(10 << 20))
            except OSError:
                pass
            result = written >> 20
        """
        assert 0 < inside(textwrap.dedent(code)) <= Limits().disk

    def test_it_has_no_capability_can_gain_none_and_its_system_calls_are_filtered(self, inside):
        code = """
            import ctypes, struct
            libc = ctypes.CDLL(None)
            data = ctypes.create_string_buffer(24)
            got = libc.capget(struct.pack("Ii", 0x20080522, 0), data)
            result = (got, any(data.raw), libc.prctl(39, 0, 0, 0, 0), libc.prctl(21, 0, 0, 0, 0))
        """
        assert inside(textwrap.dedent(code)) == (0, False, 1, 2)

    @pytest.mark.parametrize(
        "call",
        [
            "unshare(0x10000000)",
            "unshare(0x00020000)",
            "setns(0, 0)",
            'mount(b"x", b"/tmp", b"tmpfs", 0, None)',
            'umount2(b"/proc", 0)',
            'umount2(b"/tmp", 2)',
            'chroot(b"/tmp")',
            "ptrace(0, 0, 0, 0)",
            "syscall(298, 0, 0, 0, 0, 0)",
            "syscall(250, 0, 0, 0, 0, 0)",
            "syscall(425, 1, 0)",
            'sethostname(b"x", 1)',
        ],
    )
    def test_a_privileged_system_call_is_refused(self, inside, call):
        code = f"import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nresult = (libc.{call}, ctypes.get_errno())"
        assert inside(code) == (-1, 1)

    def test_a_process_in_new_namespaces_is_refused_by_clone_too(self, inside):
        code = "import ctypes\nresult = ctypes.CDLL(None).syscall(56, 0x10000000 | 17, 0, 0, 0, 0)"
        assert inside(code) == -1

    def test_it_cannot_start_more_processes_than_it_may_have(self, inside):
        code = """
            import os, signal
            children = []
            try:
                for _ in range(200):
                    child = os.fork()
                    if child == 0:
                        signal.pause()
                    children.append(child)
            except OSError:
                pass
            result = len(children)
        """
        assert 0 < inside(textwrap.dedent(code)) < Limits().processes

    def test_memory_beyond_the_limit_is_an_error_of_its_own(self, inside):
        code = "try:\n    bytearray(3 << 30)\n    result = 'had it'\nexcept MemoryError:\n    result = 'refused'"
        assert inside(code) == "refused"


class TestFromOneToTheNext:
    def test_nothing_is_left_of_the_submission_before(self, sandbox):
        spoil = """
            import builtins, ctypes, os, sys, numpy
            open("/tmp/mark", "w").write("x"); open("/dev/shm/mark", "w").write("x")
            builtins.mark = numpy.mark = sys.modules["mark"] = 1
            os.environ["MARK"] = "x"
            if os.fork() == 0:
                os.setsid()
                ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
                while True:
                    pass
        """
        look = """
            import builtins, os, sys, numpy
            result = [
                os.listdir("/tmp"), os.listdir("/dev/shm"), hasattr(builtins, "mark"), hasattr(numpy, "mark"),
                "mark" in sys.modules, "MARK" in os.environ,
            ]
        """
        first = Remote(sandbox, time.monotonic() + 60)
        assert first.run(textwrap.dedent(spoil))[0] is None
        first.close()
        second = Remote(sandbox, time.monotonic() + 60)
        assert second.run(textwrap.dedent(look))[0] is None
        assert second.get(["result"])["result"] == [["home"], [], False, False, False, False]
        second.close()

    def test_random_numbers_without_a_seed_are_the_same_each_time_and_differ_from_each_other(self, sandbox):
        code = """
            import random
            import numpy as np
            draw = lambda: np.random.default_rng().random()
            result = [draw(), draw(), np.random.random(), random.random()]
        """
        seen = []
        for _ in range(2):
            remote = Remote(sandbox, time.monotonic() + 60)
            remote.run(textwrap.dedent(code))
            seen.append(remote.get(["result"])["result"])
            remote.close()
        assert seen[0] == seen[1]
        assert len(set(seen[0])) == 4


class TestWithoutASandbox:
    def test_without_bubblewrap_it_says_how_to_get_it(self, monkeypatch):
        monkeypatch.setattr(module.shutil, "which", lambda name: None)
        with Sandbox() as one, pytest.raises(NoSandbox, match="apt-get install bubblewrap"):
            one.start()

    def test_if_bubblewrap_does_not_work_here_it_says_what_it_said(self, monkeypatch):
        monkeypatch.setattr(module, "_system", lambda executable: ["--no-such-option"])
        with Sandbox() as one, pytest.raises(NoSandbox, match=r"(?s)no-such-option.*--unsafe"):
            one.start()

    def test_if_it_has_worked_before_that_is_a_failure_of_this_machine_and_ends_no_batch(self, monkeypatch):
        program("bwrap", how="apt-get install bubblewrap")
        with Sandbox() as one:
            one.start()
            one.end()
            one.close()
            monkeypatch.setattr(module, "_system", lambda executable: ["--no-such-option"])
            with pytest.raises(module.Infrastructure, match="no-such-option"):
                one.start()

    def test_unsafe_runs_and_says_so(self):
        with Sandbox(unsafe=True) as one:
            remote = Remote(one, time.monotonic() + 60)
            remote.run("import os\nresult = os.getpid()")
            assert remote.get(["result"])["result"] > 1
            remote.close()
            assert one.description == "none (unsafe)"
