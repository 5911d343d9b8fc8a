"""stub"""

import os
from pathlib import Path
import yaml
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync


def load(path: "str | Path | None" = None) -> ContactModel:
    """stub"""
    where = Path(path or os.environ.get("HUBSYNC_FILE") or "hubsync.yaml")
    return ContactModel(ContactSync.model_validate(yaml.safe_load(where.read_text(encoding="utf-8"))))
