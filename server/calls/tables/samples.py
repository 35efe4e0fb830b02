"""What examples are made of: one job of one document, the same in all of them."""

JOB_ID = "019abf3e-7c00-7d21-9f4e-5a1b2c3d4e5f"
DOCUMENT_ID = "5f1d7a9c3b8e4f60a2c4d6e8f0a1b3c5"
ETAG = '"5d41402abc4b2a76b9719d91"'
TEXT = "Annual report\n\nIncome grew by 4%."
TASK = {
    "sources": [{"type": "text", "text": TEXT, "name": "report.txt"}],
    "collection": "reports",
    "metadata": {"year": 2025},
}
LINE = [TASK, {"sources": TASK["sources"], "idempotency_key": "invoice-2026-11-0815"}]
FORM = {"file": [TEXT], "collection": "reports", "metadata": {"year": 2025}}
NEW_KEY = {"name": "reader", "scopes": ["read"], "collections": ["reports"]}
CHANGE = {"options": {"pdf": "text", "chunk_max_chars": 800}}
BULK = {"action": "retry", "state": "failed", "filter": "submitted_at < 2026-11-01"}
HOOK = {"url": "https://example.com/ingested"}
MIRROR = {"name": "handbook", "path": "/srv/handbook", "collection": "handbook", "every_s": 900}
MIRROR_RUN = {"confirm_gone": False}
RESTORE = {"mirror": "handbook", "preview": True}
REFRESH = {"collection": "reports"}
