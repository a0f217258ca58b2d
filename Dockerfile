# One image, four processes; docker-compose.yml says how each is started.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv --without-pip /opt/presently
COPY requirements.txt /tmp/
# Wheels only, each checked against its hash: nothing is compiled, and nothing of a package runs here.
RUN python -m pip --python /opt/presently install --require-hashes --only-binary=:all: --requirement /tmp/requirements.txt
WORKDIR /srv/presently
COPY . .
# The file system will be read-only, so the bytecode is made now; whatever the umask of the checkout, all may read.
RUN python -m compileall -q -j 0 /opt/presently /srv/presently && chmod -R a+rX /srv/presently

FROM python:3.13-slim
RUN pip uninstall --yes --root-user-action=ignore pip \
    && groupadd --gid 10001 presently \
    && useradd --uid 10001 --gid presently --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin presently
COPY --from=build /opt/presently /opt/presently
COPY --from=build /srv/presently /srv/presently
ENV PATH=/opt/presently/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/srv/presently \
    PYTHONTZPATH= \
    PYTHONUNBUFFERED=1
WORKDIR /srv/presently
USER presently
EXPOSE 8000
CMD ["python", "-m", "api", "--host=0.0.0.0", "--port=8000"]
