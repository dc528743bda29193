# Prag: one image for every process; `prag web`, `prag worker`, `prag migrate` are its commands.
FROM python:3.11-slim AS build
WORKDIR /prag
COPY requirements.lock requirements-build.in pyproject.toml README.md LICENSE ./
COPY bot bot
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /prag prag && mkdir -p /prag/var && chown prag /prag/var
COPY --from=build /venv /venv
WORKDIR /prag
# The package finds content and locales beside itself.
COPY content /venv/lib/python3.11/site-packages/content
COPY locales /venv/lib/python3.11/site-packages/locales
USER prag
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1
VOLUME /prag/var
EXPOSE 8000 8001
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD python -c "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ.get(\"HEALTH_PORT\", \"8000\")}/healthz', timeout=4)"
STOPSIGNAL SIGTERM
CMD ["prag", "run", "--host", "0.0.0.0"]
