"""Background work: started once, done by whoever takes it up, resumed after a crash, cancelled on request.

A row of the Job model is the work order, the progress report and the outbox in one. Celery only says "look at that row":
a message lost or delivered twice changes nothing. Without a broker the work is done in a thread of this process.
"""

from purposeapp.jobs.queue import hand_over
from purposeapp.jobs.runner import run
from purposeapp.jobs.starting import cancel, start

__all__ = ["cancel", "hand_over", "run", "start"]
