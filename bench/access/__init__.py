"""Why, who and what if: the questions of auditors, asked over HTTP and compared with the oracle's answers."""
