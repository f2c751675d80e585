"""The judge: grades notebooks from outside the learner's process.

- What was handed in: ``submissions`` finds it in folders and zips (``layouts`` knows those of the LMS, ``sources``
  reads files), ``notebook`` tells what is in one, ``steps`` in which order its cells are run.
- Inside: ``sandbox`` keeps in what runs there. ``zygote`` starts a process for each submission, ``confine`` takes its
  rights away, ``cgroup`` limits all of them together, and ``runner`` runs the cells. ``inside`` stands for the checks.
- Outside: ``judge`` grades one submission with the very functions that judge in the notebook. ``remote`` asks for
  the answers, and ``wire`` is the only way between the two sides.
- All of them: ``command`` is ``course grade``, ``batch`` grades many (each ``worker`` is a judge in a process of its
  own), ``gradebook`` keeps the results, ``report`` shows them, and ``similarity`` finds answers that are much alike.

docs/instructors.md says what is guaranteed and what is not.
"""
