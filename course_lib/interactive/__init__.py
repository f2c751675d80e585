"""Pictures that answer to a hand: Python computes every state beforehand, the browser picks one and draws it.

- ``explore``        activation functions under the finger: value, slope, what becomes of normal inputs
- ``frames``         controls over scenes of curves, regions and points: for a chapter's own picture
- ``superposition``  is the graph closed under adding its points, and under multiplying them by a number?
- ``layer_stack``    layers with and without an activation: without, they stay one matrix and one straight border
- ``hand_net``       a net of two inputs, two hidden units and one output, set by hand
- ``build_curve``    a curve built of bent units: raw, weighted, and their sum over a target
- ``hinge_plane``    four ReLU units over a plane: where each is on, which pieces they make, when one dies
- ``tangents``       the largest of k lines under a convex curve, which is what a maxout unit computes
- ``chain``          values flow forward along a chain, slopes multiply backward, and deep down little is left
- ``signal_flow``    what becomes of numbers in a deep network before it learns, for small and large gains
- ``softmax_bars``   five logits to pull, their probabilities, a temperature, a constant to add
- ``descent``        gradient descent on a line through points: its path over the loss, the line it fits
- ``playground``     a network learns while you watch: its regions, its loss, and what its layers do
- ``draw_your_own``  draw an activation function and let a network learn with it
- ``choose``         which activation for which layer? Four questions, and an answer with its reasons (``advice``)
- ``question``       a prediction: the form that asks, what is said of it later (``predictions``)
- ``ready``          one line that shows whether interactives work here, and else says what to do
- ``base``           what all share: ``Interactive``, ``Control``, ``Point``, ``axis``
- ``page``           an executed notebook as one HTML page that needs neither kernel nor network
- ``ui.js``, ``plot.js``, ``look.css``  the shared drawing; ``keys.js``: keys pressed in it stay in it

How to write one, called ``tangents``. Four things, and every line of ``explore`` is an example:

1. ``tangents.py`` with a subclass of ``Interactive``. Its ``__init__`` makes the controls and *all* numbers::

    controls = {"x": Control(np.linspace(-4, 4, 161), "x", start=1), "rule": Control(["left", "right"], "rule")}
    tables = {"x": places, "f": heights}  # arrays of any shape: (positions of a control, ..., points of a curve)
    super().__init__("Tangents", controls, tables, code, axes={"x": axis((-4, 4), "x"), "y": axis((0, 5), "f(x)")})

   ``picture(state)`` returns the same state as a matplotlib figure. ``readings(state)`` returns what is read there, as
   a dict from name to number, computed from the library and not from the tables: tests compare the two, and the
   alternative text is made of it. In both, ``self.values(state)`` turns positions into values. ``code`` is Python for
   "Show the code"; ``{x}`` in it becomes the present value. ``Point(xs, ys)`` is a control for a point of the plane.

2. ``tangents.js`` beside it, with one function. It adds what is seen, once, and returns what draws a state::

    function build(ui) {
      const plot = ui.plot({ axes: ui.setup.axes, label: "f" });
      plot.handle("x", { at: () => [ui.value("x"), ui.tables.f.data[ui.state.x]] });
      ui.readings(["f(x)"]);
      ui.controls();
      return () => {
        plot.draw([{ kind: "curve", x: ui.tables.x.data, y: ui.tables.f.data, color: "blue", label: "f" }]);
        ui.read("f(x)", ui.tables.f.data[ui.state.x]);
      };
    }

   *State*: ``ui.state.x`` is a position, ``ui.value("x")`` its value, ``ui.text("x")`` as it is written;
   ``ui.set({x: 3})`` changes it. *Tables*: ``ui.tables.f.row(i, j)`` is what is left after leading indices.
   *Parts*: ``plot``, ``row(() => ...)`` for side by side, ``controls(names)``, ``slider``, ``choice(name, spread)``
   (many words become a list, unless they are to be spread as buttons), ``player`` (play and step), ``button``,
   ``readings``, ``table``, ``read``, ``sentence``, ``legend``, ``hint``.
   *Plots*: ``draw(marks)``, ``handle(control, {axis: "x" | "y" | "xy" | "path", at, label, say, color, shown})``,
   ``heat(table, shape, limit)``, ``level(table, shape)`` for the line where a table is 0, ``describe(words)``,
   ``change(axes)`` for other axes. Options: ``equal`` units, ``bare`` for graphs, ``ratio``, ``most`` pixels wide.
   *Handles*: ``shown()`` says whether it is there. With axis "path" it runs along a path: ``places()`` lists where it
   sits, as [x, y], at each position of the control.
   *Marks* (``kind``): curve, region, points, text, band, bars, stairs, edge, node; each with ``color`` (blue, orange,
   green, pink, grey, text), lines with ``style`` (solid, dashed, dotted, dashdot), points with ``marker``, regions with
   ``hatch`` or ``faint``.

   No mathematics there. ``lookup(data, place)`` reads a table between its places and ``combine(weights, rows)`` adds
   weighted tables; that is all that JavaScript computes. A sum of tabulated functions is exact where the places of the
   controls are places of the table: prefer controls on a grid.

3. Where a kernel computes while one watches: ``ui.ask(content)`` calls ``answer(content, buffers)``, and
   ``self.stream(content, name=array)`` calls what ``ui.listen((content, tables) => ...)`` was given. On a page
   without a kernel nobody answers, so give it recorded tables to show.

4. ``tests/interactives/tangents.py``: a cell that leaves the widget in ``shown``. Every promise of
   ``tests/browser/test_interactives.py`` is then kept by it too: keys, mouse, finger, read-outs, axe, no network.

Reset, dark theme, narrow pages, screen readers, the state after a cell runs again and the still picture for readers
without widgets come with the base class. Colour is never the only carrier: give curves a style and points a marker.
"""
