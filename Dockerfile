# docker build -t palimpsest .            any base with Python 3.11 or later and its venv module:
# docker build --build-arg BASE=python:3.12-slim -t palimpsest .
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
    && mkdir -p /data /state \
    && chown palimpsest:palimpsest /data /state
COPY --from=build /opt/palimpsest /opt/palimpsest
ENV PATH=/opt/palimpsest/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TZ=UTC \
    LANG=C.UTF-8 \
    CRAWL_DB=/data/archive.db \
    CRAWL_SOURCES=/data/sources.toml \
    CRAWL_STATE=/state
USER palimpsest
WORKDIR /data
VOLUME /data
ENTRYPOINT ["crawl"]
CMD ["run"]
