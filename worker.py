"""Start an RQ worker on the queue that Settings names; no job code."""

from app.extensions import queue
from app.tasks import TASKS, courier
from app.vitals import beat_as_worker
from handoff.declared import Worker, worker_of

if __name__ == "__main__":
    app = courier()
    beat_as_worker(app)
    with app.app_context():
        # In-process: a step waits for networks and the database, a fork a step would cost more than the step.
        # Steps are safe to lose at any moment, so a worker that dies is simply started again.
        worker_of(queue(), TASKS, Worker, ttl=90).work(logging_level="WARNING")
