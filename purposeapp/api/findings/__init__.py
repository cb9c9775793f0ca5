"""What an auditor should look at: where the two modes disagree, and what is odd about policies and people."""
