# The product in a container, as one user who may write in /var/lib/asf alone:
#   docker build -t asf-inventering .
FROM node:24-slim AS browser
WORKDIR /opt/asf
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --ignore-scripts

FROM python:3.13-slim AS product
WORKDIR /opt/asf
COPY requirements.lock ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock
COPY app.py ./
COPY datasette datasette
COPY survey_data survey_data
COPY forms forms
COPY reports reports
COPY --from=browser /opt/asf/node_modules node_modules
# The chart library, the typefaces, the translations and compressed files are made once, here.
RUN .venv/bin/python -m reports.assets \
    && .venv/bin/python -m forms.translations \
    && ASF_DATA_DIR=/tmp/asf .venv/bin/flask routes > /dev/null \
    && .venv/bin/python -m compileall -q app.py forms reports survey_data \
    && rm -rf node_modules /tmp/asf

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/asf --create-home asf \
    && mkdir -p /var/backups/asf \
    && chown asf:asf /var/backups/asf \
    && chmod 0700 /var/lib/asf /var/backups/asf
WORKDIR /opt/asf
COPY --from=product /opt/asf /opt/asf
ENV PATH=/opt/asf/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    ASF_DATA_DIR=/var/lib/asf \
    ASF_BACKUP_DIR=/var/backups/asf \
    ASF_DEMO=0 \
    ASF_LOG=json \
    PORT=8000
USER asf
VOLUME ["/var/lib/asf", "/var/backups/asf"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["flask", "serve", "--host", "0.0.0.0"]
