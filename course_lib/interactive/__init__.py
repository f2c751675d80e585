"""Pictures that move: Python computes every state beforehand, the browser picks one and draws it.

- ``frames``  sliders over scenes of curves, regions and points
"""
