"""Why neural networks need activation functions, and how to choose one: the library behind the course.

The map, in the order in which the modules build on each other.

The mathematics:

- ``activations``  every elementwise function with its derivative, in one list, ``ACTIVATIONS``
- ``units``        what is not elementwise or what learns: softmax, maxout, the GLU family, PReLU, RReLU
- ``entries``      what is said of each function beside what is measured: where it comes from, where it is used
- ``layers``       affine, activations, PReLU, maxout, GLU, dropout: what networks are made of
- ``network``      the network, losses, optimisers, training
- ``gradcheck``    is this derivative right? Measured beside the formula
- ``datasets``     small seeded data, and scikit-learn's digits

What a chapter shows:

- ``front_end``    who looks on while code runs: somebody who can click, nobody yet, or no kernel
- ``markdown``     Markdown that reads well as plain text, too
- ``plots``        one pure function a figure; ``show(fig, alt)``
- ``interactive``  pictures that move: Python computes, the browser draws
- ``sortable``     tables that a click on a header sorts
- ``progress``     the one small file that remembers what a learner predicted and passed
- ``predictions``  ``predict`` asks what an experiment will show, ``reconcile`` says whether that was right
- ``lesson``       what a chapter says: ``claim``, ``predict``, ``reconcile``, ``card``, ``show_source``
- ``choosing``     the comparison of chapter 20; ``with_torch`` the one line where PyTorch is missing, for chapter 21
- ``examination``  printed statements, other ones for each learner; ``own_activation`` what one's own must achieve
- ``glossary``     every term and every letter of the course; ``catalogue`` every function on one page

What judges and what publishes:

- ``checks``       what judges an answer: ``check``, ``hint``, ``solution``; one module for each exercise notebook
- ``exercises``    derives an exercise notebook from its solution notebook; ``attempts`` keeps what learners wrote
- ``grading``      the same checks, from outside the process that runs a submission
- ``publishing``   slides and the site
- ``locks``        a lock on a file, for one grader or one builder at a time
- ``first_run``    what a learner finds when JupyterLab opens
- ``cli``          the command ``course``

Nothing is imported here. Ask for what you need: ``from course_lib.activations import relu``.
"""
