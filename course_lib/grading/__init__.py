"""The judge: grades notebooks from outside the learner's process.

``submissions`` finds and reads what learners handed in. ``sandbox`` keeps what runs inside away from everything
else, ``runner`` is what runs inside, and ``wire`` is the only way between the two. ``judge`` grades one submission
with the very functions that judge in the notebook, ``batch`` grades many, ``gradebook`` keeps the results, and
``report`` shows them. docs/instructors.md says what is guaranteed and what is not.
"""
