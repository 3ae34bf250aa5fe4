# Aboard as an image: two stages, so that what builds it is not in it. Every package is checked
# against its hash; the process is nobody in particular, and needs to write to /var/lib/aboard alone
# (with PostgreSQL nowhere). docs/deploy.md says how to run it.
FROM python:3.13-slim AS build
WORKDIR /src
# For traces: requirements-tracing.lock, which holds what they need besides.
ARG REQUIREMENTS=requirements.lock
COPY requirements.lock requirements-tracing.lock ./
RUN python -m venv /opt/aboard \
    && /opt/aboard/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock \
    && /opt/aboard/bin/pip install --no-cache-dir --require-hashes --requirement $REQUIREMENTS
COPY LICENSE README.md manifest.yml pyproject.toml ./
COPY bot bot
COPY commands commands
COPY rules rules
COPY sandbox sandbox
COPY storage storage
COPY vendors vendors
COPY workflow workflow
RUN /opt/aboard/bin/pip install --no-cache-dir --no-index --no-deps --no-build-isolation . \
    && /opt/aboard/bin/pip check \
    && /opt/aboard/bin/pip uninstall --yes editables hatchling pip

FROM python:3.13-slim
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin aboard \
    && install --directory --owner=aboard --group=aboard --mode=0700 /var/lib/aboard
COPY --from=build /opt/aboard /opt/aboard
# slack_bolt asks for a home when it is imported, and not every platform's user has one. One heap
# serves all threads: by default each has what it needs from one of eight heaps for every core, which
# keep what they were given. And a vendor's whole list is given back when it was read: by default the
# heap grows by it, and keeps the room.
ENV HOME=/var/lib/aboard \
    MALLOC_ARENA_MAX=1 \
    MALLOC_MMAP_THRESHOLD_=65536 \
    PATH=/opt/aboard/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ABOARD_CONFIG=/etc/aboard/aboard.toml
USER 10001:10001
WORKDIR /var/lib/aboard
EXPOSE 3000 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; \
r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:9464/readyz')"]
ENTRYPOINT ["aboard"]
CMD ["serve", "--host", "0.0.0.0", "--status-host", "0.0.0.0", "--status-port", "9464"]
