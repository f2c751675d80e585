"""The trusted process inside the sandbox: everything is imported once, and each submission gets a fork of it.

It reads two words from the judge, over a socket. ``start``, with a channel for the submission: fork a process that
serves it; the answer is its number. ``end``: kill that process, and with it all that it started; the answer says how
it ended and what it used. The learner's code never runs here, and nothing that it writes is read here.
"""

import importlib
import json
import os
import resource
import signal
import socket
import sys

from course_lib.grading import confine, runner


def main():
    """Serve the judge until it is gone. The command line holds the number of the socket and the settings as JSON."""
    control, settings = socket.socket(fileno=int(sys.argv[1])), json.loads(sys.argv[2])
    for module in settings["modules"]:
        importlib.import_module(module)
    shell = runner.make_shell()
    limits = settings["limits"]
    limits["memory"] += _loaded()
    if settings["confined"]:
        confine.adopt_orphans()
    control.send(b"ready")
    child = used = None
    while True:
        word, channels, _, _ = socket.recv_fds(control, 16, 1)
        if word == b"start":
            child = _start(control, channels[0], shell, settings)
            os.close(channels[0])
            control.send(str(child).encode())
        elif word == b"end":
            if child is not None:
                child, used = None, _end(child, settings["confined"])
            control.send(json.dumps(used).encode())
        else:
            return


def _loaded():
    """The bytes of address space that this process has already."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _start(control, channel, shell, settings):
    """Fork the process that serves one submission, and return its number."""
    if not settings["confined"]:
        child = os.fork()
        if child == 0:
            control.close()
            _run(channel, shell, settings, confine.limit)
        return child
    read, write = os.pipe()
    between = os.fork()
    if between == 0:
        control.close()
        _survive_nothing(_enter, write, channel, shell, settings)
    os.close(write)
    child = int(os.read(read, 20) or 0)
    os.close(read)
    os.waitpid(between, 0)
    return child


def _enter(write, channel, shell, settings):
    """In between: move to new namespaces, fork their first process, tell its number, and go."""
    confine.leave(settings["user"])
    child = os.fork()
    if child == 0:
        os.close(write)
        _run(channel, shell, settings, confine.confine)
    os.write(write, str(child).encode())


def _run(channel, shell, settings, confined):
    """The first process of a submission. It leaves our group, or else ``kill(0, ...)`` would reach us."""
    os.setsid()
    _survive_nothing(_serve, channel, shell, settings, confined)


def _serve(channel, shell, settings, confined):
    """Set the limits, let the standard streams lead nowhere, close what is not the learner's, and serve."""
    confined(settings["limits"])
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number, file in enumerate([nowhere, nowhere, nowhere, channel]):
        os.dup2(file, number)
    os.closerange(4, 256)
    os.makedirs(settings["home"], exist_ok=True)
    os.chdir(settings["home"])
    runner.serve(socket.socket(fileno=3), shell)


def _survive_nothing(work, *arguments):
    """Do the work and end the process, whatever happens."""
    try:
        work(*arguments)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(0)


def _end(child, confined):
    """Kill a submission with all its processes; return how it had ended and the most memory that it used, in MB."""
    if confined:
        os.kill(child, signal.SIGKILL)  # the first process of a namespace takes all others with it
    else:
        _kill_group(child)
    _, status, used = os.wait4(child, 0)
    while confined:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    return {"status": status, "memory": used.ru_maxrss // 1024}


def _kill_group(child):
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(child, signal.SIGKILL)  # it had not yet made its group


if __name__ == "__main__":
    main()
