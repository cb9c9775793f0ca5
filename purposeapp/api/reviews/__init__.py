"""Access reviews over HTTP: start one, go through its rows, decide, take it away as a file."""
