"""How we speak HTTP: a view validates, calls one discovery function, and writes the answer."""
