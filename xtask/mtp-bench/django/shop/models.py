"""Twelve tables of each tenant, made by the one migration."""
