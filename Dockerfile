FROM python:3.13-slim
WORKDIR /srv/sokbo
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY bot ./bot
COPY adapters ./adapters
COPY config ./config
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
 && useradd --create-home sokbo && mkdir var && chown sokbo var
USER sokbo
VOLUME /srv/sokbo/var
CMD ["sokbo", "run"]
