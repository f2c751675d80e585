"""Why neural networks need activation functions, and how to choose one: the library behind the course.

The map, in the order in which the modules build on each other:

- ``activations``  every elementwise function with its derivative, in one list, ``ACTIVATIONS``
- ``units``        what is not elementwise or what learns: softmax, maxout, the GLU family, PReLU, RReLU
- ``layers``       affine, activations, PReLU, maxout, GLU, dropout: what networks are made of
- ``network``      the network, losses, optimisers, training
- ``gradcheck``    is this derivative right? Measured beside the formula
- ``datasets``     small seeded data, and scikit-learn's digits
- ``plots``        one pure function a figure; ``show(fig, alt)``
- ``interactive``  pictures that move: Python computes, the browser draws
- ``progress``     the one small file that remembers what a learner predicted and passed
- ``predictions``  ``predict`` asks what an experiment will show, ``reconcile`` says whether that was right
- ``lesson``       what a chapter says: ``claim``, ``predict``, ``reconcile``, ``card``, ``show_source``
- ``checks``       what judges an answer: ``check``, ``hint``, ``solution``; one module for each exercise notebook
- ``exercises``    derives an exercise notebook from its solution notebook
- ``cli``          the command ``course``

Nothing is imported here. Ask for what you need: ``from course_lib.activations import relu``.
"""
