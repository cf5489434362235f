"""Start an RQ worker on the queue that Settings names; no job code."""

from rq import SimpleWorker

from app.extensions import queue
from app.tasks import courier

if __name__ == "__main__":
    app = courier()
    with app.app_context():
        # In-process: a step waits for networks and the database, a fork a step would cost more than the step.
        # Steps are safe to lose at any moment, so a worker that dies is simply started again.
        SimpleWorker([queue()], connection=queue().connection, serializer="json", worker_ttl=90).work(
            logging_level="WARNING"
        )
