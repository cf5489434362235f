# Two small images out of one file: `courier` (web, workers, scheduler) and `ml-analyze` (door and workers of the analysis).
# Each holds exactly what its lock names, every file checked against its hash, and nothing that only tests or builds need.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS base
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
# One user id in both images, so that both may write on the shared volume; a new volume takes over this folder's owner.
RUN groupadd --gid 10001 courier \
    && useradd --uid 10001 --gid courier --no-create-home --home-dir /tmp --shell /usr/sbin/nologin courier \
    && install -d -o courier -g courier -m 0770 /app/shared /backups /var/cache/ml-analyze
WORKDIR /app

FROM base AS courier-packages
COPY requirements/courier.txt /tmp/lock.txt
RUN python -m venv --without-pip /venv \
    && pip --python /venv/bin/python install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r /tmp/lock.txt \
    && python -m compileall -q -j 0 /venv/lib

FROM base AS ml-analyze-packages
COPY requirements/ml_analyze.txt /tmp/lock.txt
RUN python -m venv --without-pip /venv \
    && pip --python /venv/bin/python install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r /tmp/lock.txt \
    && python -m compileall -q -j 0 /venv/lib

# The hot loops of matching; the compiler stays behind.
FROM ml-analyze-packages AS ml-analyze-loops
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY handoff handoff
COPY ml_analyze ml_analyze
RUN PATH=/venv/bin:$PATH python -m ml_analyze.matching.compiled && test -f ml_analyze/matching/compiled/pairs.so

FROM base AS courier
COPY --from=courier-packages /venv /venv
COPY wsgi.py worker.py ./
COPY deploy/healthcheck.py deploy/
COPY handoff handoff
COPY migrations migrations
COPY app app
ARG VERSION=""
COPY deploy/is_version.py deploy/
RUN python deploy/is_version.py app/release.py "$VERSION"
RUN python -m compileall -q handoff app
USER courier
EXPOSE 8000
CMD ["gunicorn", "--worker-class", "handoff.patient.Worker", "--workers", "2", "--threads", "8", "--bind", "0.0.0.0:8000", "--no-control-socket", "wsgi:app"]

FROM base AS ml-analyze
COPY --from=ml-analyze-packages /venv /venv
COPY deploy/healthcheck.py deploy/
COPY handoff handoff
COPY ml_analyze ml_analyze
COPY --from=ml-analyze-loops /app/ml_analyze/matching/compiled/pairs.so ml_analyze/matching/compiled/
ARG VERSION=""
COPY deploy/is_version.py deploy/
RUN python deploy/is_version.py ml_analyze/__init__.py "$VERSION"
RUN python -m compileall -q handoff ml_analyze
USER courier
EXPOSE 8001
CMD ["gunicorn", "--worker-class", "handoff.patient.Worker", "--workers", "1", "--threads", "8", "--bind", "0.0.0.0:8001", "--no-control-socket", "ml_analyze.api:create_app()"]
