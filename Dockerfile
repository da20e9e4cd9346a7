# One image for every process; the command chooses which. It runs as nobody in particular on a read-only root file system.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1
WORKDIR /build
COPY pyproject.toml requirements.lock ./
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN sed -n '/^uv==/,/^    # via/p' requirements.lock | grep -v '# via' > uv.txt \
 && python -m pip install --require-hashes -r uv.txt \
 && uv venv /venv \
 && uv pip install --python /venv/bin/python --verify-hashes --constraint requirements.lock -r pyproject.toml

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ENVIRONMENT=production
RUN groupadd --system --gid 10001 trellis && useradd --system --uid 10001 --gid trellis --no-create-home trellis
WORKDIR /app
COPY --from=build /venv /venv
COPY alembic.ini ./
COPY kit kit
COPY services services
COPY gateway gateway
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["uvicorn", "--factory", "gateway.app:create_app", "--host", "0.0.0.0", "--port", "8000", "--no-access-log"]
