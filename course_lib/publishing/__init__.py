"""The same chapters with other faces: ``executed`` runs them once, ``deck`` makes slides of them, ``site`` a site."""
