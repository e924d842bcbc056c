"""django-tenants measured: `bench.py nothing N` or `bench.py create N`; prints seconds, one number a line."""

import os
import sys
import time

import django
from django.conf import settings

settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django_tenants.postgresql_backend",
            "NAME": os.environ["BENCH_DATABASE"],
            "USER": os.environ["BENCH_USER"],
            "PASSWORD": os.environ["BENCH_PASSWORD"],
            "HOST": os.environ["BENCH_HOST"],
            "PORT": os.environ["BENCH_PORT"],
        }
    },
    DATABASE_ROUTERS=["django_tenants.routers.TenantSyncRouter"],
    # As few apps as it needs: what more there is makes it slower.
    SHARED_APPS=["django_tenants", "django.contrib.contenttypes", "customers"],
    TENANT_APPS=["shop"],
    INSTALLED_APPS=["django_tenants", "django.contrib.contenttypes", "customers", "shop"],
    TENANT_MODEL="customers.Client",
    TENANT_DOMAIN_MODEL="customers.Domain",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from customers.models import Client  # noqa: E402

CLONE = """
DO $$
DECLARE n int; t record;
BEGIN
  FOR n IN 2..%d LOOP
    EXECUTE format('CREATE SCHEMA n%%s', n);
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'n1' LOOP
      EXECUTE format('CREATE TABLE n%%s.%%I (LIKE n1.%%I INCLUDING ALL)', n, t.tablename, t.tablename);
    END LOOP;
    EXECUTE format('INSERT INTO n%%s.django_migrations OVERRIDING SYSTEM VALUE SELECT * FROM n1.django_migrations', n);
    INSERT INTO public.customers_client (schema_name) VALUES (format('n%%s', n));
    IF n %% 50 = 0 THEN COMMIT; END IF;
  END LOOP;
END $$
"""


def quiet(*args, **kwargs):
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        call_command(*args, stdout=nowhere, verbosity=0, **kwargs)


def nothing(n):
    Client(schema_name="n1").save(verbosity=0)
    # The other schemas are copies made by the server, to spare time; what is measured reads their ledgers all the same.
    with connection.cursor() as cursor:
        cursor.execute(CLONE % n)
    began = time.perf_counter()
    quiet("migrate_schemas", tenant=True)
    print(time.perf_counter() - began)


def create(n):
    for at in range(n):
        began = time.perf_counter()
        Client(schema_name=f"c{at}").save(verbosity=0)
        print(time.perf_counter() - began)


if __name__ == "__main__":
    quiet("migrate_schemas", shared=True)
    {"nothing": nothing, "create": create}[sys.argv[1]](int(sys.argv[2]))
