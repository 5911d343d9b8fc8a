"""The contact that the project ships with, as the tests have it: ``hubsync.yaml`` at the root."""

from pathlib import Path

import yaml

from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.kinds.country import Country
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.sync_log.answers import AnswerText

SHIPPED = Path(__file__).parents[1] / "hubsync.yaml"
MODEL = ContactModel(ContactSync.model_validate(yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))))

SOURCES = MODEL.sources
FIELDS = MODEL.fields
CONTACT_FIELDS = MODEL.contact_fields
KEY = MODEL.key
COUNTRIES = next(field.only for field in FIELDS if isinstance(field, Country)) or ()

RAW_SCHEMA = MODEL.schema.raw
RECORD_COLUMNS = MODEL.schema.record
MERGED_SCHEMA = MODEL.schema.merged
STATE_SCHEMA = MODEL.schema.state
FAILED_SCHEMA = MODEL.schema.failed
PORTAL_SCHEMA = MODEL.schema.portal
PLAN_SCHEMA = MODEL.schema.plan
TABLES = MODEL.tables.columns

TEXT = AnswerText(MODEL)
PROVENANCE = TEXT.numbers
MAPPING = PropertyMapping(MODEL)
