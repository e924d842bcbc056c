//! Tenants, lifecycle, isolation walls, pools, migrations and secrets of the `mtp` multi-tenant platform.
