"""Back-ups: the database and the files in need; made while everything runs, and restored to be believed.

``create`` writes a folder, ``restore`` reads one back (into a scratch database to check it, or into an empty one to
live on), ``nightly`` does the first two by the clock. ADR 120 says why the tables travel as COPY and not as pg_dump.
"""
