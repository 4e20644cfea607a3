"""Where the labelled texts and published files of the measurements lie, where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORPUS = Path(os.environ.get("HENGPING_CORPUS", ROOT.parent / "shared" / "corpus"))
ABSENT = "the published files are not at hand (HENGPING_CORPUS names their folder)"


def published_pdfs() -> list[Path]:
    """Return the published PDF files, none where the folder is absent."""
    return sorted((CORPUS / "pdf").glob("*.pdf"))
