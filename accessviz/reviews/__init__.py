"""Access reviews on pages: start one, watch it being taken, go through its rows, decide, take it away.

forms    what is sent back        words    facts in words        view    the pages        files    the downloads
"""
