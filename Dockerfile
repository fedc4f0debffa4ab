# The tool as an image: docker build --tag reconciler . && docker run --rm --volume "$PWD:/work" reconciler plan
# The dependencies come by their hashes, and nothing of the build but the environment is kept.
FROM python:3.13-slim AS build
COPY . /src
RUN python -m venv /opt/reconciler
RUN /opt/reconciler/bin/pip install --disable-pip-version-check --no-cache-dir --require-hashes --only-binary :all: \
    --requirement /src/reconciler/templates/requirements.txt
RUN /opt/reconciler/bin/pip install --disable-pip-version-check --no-cache-dir --no-deps --no-build-isolation /src

FROM python:3.13-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 reconciler
COPY --from=build /opt/reconciler /opt/reconciler
ENV PATH=/opt/reconciler/bin:$PATH
USER reconciler
WORKDIR /work
ENTRYPOINT ["reconciler"]
