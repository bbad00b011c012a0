"""From a folder to the catalog: scanning, watching, and the pipeline that reads photos."""

from photolens.ingest.fingerprint import content_hash
from photolens.ingest.folder_keeper import ScanRules
from photolens.ingest.index_keeper import is_worth_saving
from photolens.ingest.power import on_battery
from photolens.ingest.roots import check as check_folder
from photolens.ingest.roots import normalised
from photolens.ingest.service import ActiveModel, Ingest, IngestConfig

__all__ = [
    "ActiveModel",
    "Ingest",
    "IngestConfig",
    "ScanRules",
    "check_folder",
    "content_hash",
    "is_worth_saving",
    "normalised",
    "on_battery",
]
