"""Whether answers are right while everything changes, and how soon a change is in them (`python -m bench freshness`).

company    what is true, version after version     changes   what may happen to it, at random
writing    makes it happen at the sources          watching  asks two services all the time, and keeps what they say
judging    compares what was said with what was true, and measures delays
faults     kills, freezes, flushes meanwhile       redis     a Redis of its own for that
run        puts them together
"""
