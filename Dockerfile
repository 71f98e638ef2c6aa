# docker build -t palimpsest:0.1.0 .      any base with Python 3.11 or later and its venv module:
# docker build --build-arg BASE=python:3.12-slim -t palimpsest:0.1.0 .
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
WORKDIR /src
RUN python3 -m venv /opt/palimpsest
COPY requirements.lock pyproject.toml README.md LICENSE sources.toml ./
COPY archive/seeds archive/seeds
COPY crawler crawler
# The lock holds the versions; what is installed is what the program needs, without its tests.
RUN /opt/palimpsest/bin/pip install --no-cache-dir --constraint requirements.lock .

FROM ${BASE}
LABEL org.opencontainers.image.title="Palimpsest" \
      org.opencontainers.image.description="Watches published texts, keeps every version, proves what was changed" \
      org.opencontainers.image.licenses="MIT"
# A fixed uid, so that a volume written by one image can be written by the next.
RUN groupadd --gid 10023 palimpsest \
    && useradd --uid 10023 --gid 10023 --no-create-home --home-dir /data palimpsest \
    && mkdir -p /data /state /backups \
    && chown palimpsest:palimpsest /data /state /backups
COPY --from=build /opt/palimpsest /opt/palimpsest
COPY contrib/init contrib/healthcheck /opt/palimpsest/lib/palimpsest/
ENV PATH=/opt/palimpsest/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TZ=UTC \
    LANG=C.UTF-8 \
    CRAWL_DB=/data/archive.db \
    CRAWL_SOURCES=/data/sources.toml \
    CRAWL_STATE=/state \
    CRAWL_HTTP=127.0.0.1:9100 \
    CRAWL_LOG_FORMAT=json
USER palimpsest
WORKDIR /data
VOLUME /data
# Dockers and Podmans that know no --start-interval pass over it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python3", "/opt/palimpsest/lib/palimpsest/healthcheck"]
ENTRYPOINT ["python3", "/opt/palimpsest/lib/palimpsest/init", "crawl"]
CMD ["run"]
