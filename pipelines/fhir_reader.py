"""Reads FHIR R4 files (NDJSON, single resources, Bundles) by their contract with DuckDB."""
