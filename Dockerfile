# The product only: no embedded services, no test tools.
FROM python:3.13-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements/base.txt /requirements.txt
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r /requirements.txt

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production
RUN useradd --uid 10001 --user-group --home-dir /var/lib/polystore --create-home polystore
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py ./
COPY config config
COPY apps apps
COPY templates templates
COPY static static
# The settings want their secrets even here; these are gone with the command.
RUN SECRET_KEY=build JWT_SECRET=build CREDENTIALS_KEYS=build \
    DATABASE_URL=postgresql://build/build MONGODB_URI=mongodb://build REDIS_URL=redis://build \
    python manage.py collectstatic --noinput --verbosity 0
USER polystore
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
