"""The contact that the repository's ``hubsync.yaml`` declares."""

from pathlib import Path

import yaml

from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync

__all__ = ["MODEL"]

MODEL = ContactModel(
    ContactSync.model_validate(yaml.safe_load((Path(__file__).parents[1] / "hubsync.yaml").read_text(encoding="utf-8")))
)
