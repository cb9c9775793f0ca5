"""The overview of a tenant: how much there is, how fresh and how quick answers are, what runs, who looked.

facts    what the parts of this process know      charts    lines over time, drawn by the server
words    the same in words                        view      the page, and its two buttons
"""
