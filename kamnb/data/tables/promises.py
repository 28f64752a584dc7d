"""What was signed, promised and complained of."""

from kamnb.data.tables.declaring import ACCOUNT, Table, day, text, yesno

PROMISES = (
    Table(
        "documents",
        "contracts, acts and reports",
        (
            text("document_id", "the document", required=True),
            ACCOUNT,
            text("kind", "what it is", one_of=("contract", "act", "report")),
            day("signed_on", "day it was signed", masked=True),
            day("due", "day it is due"),
            day("notice_by", "last day to give notice"),
            day("expires", "last day it holds"),
        ),
        key=("document_id",),
    ),
    Table(
        "deliveries",
        "what was promised and delivered",
        (
            ACCOUNT,
            day("promised_on", "day promised for delivery", required=True),
            day("delivered_on", "day delivered", masked=True),
            yesno("complete", "was it complete"),
        ),
    ),
    Table(
        "complaints",
        "complaints and what was done",
        (
            ACCOUNT,
            day("opened_on", "day opened", required=True),
            text("cause", "cause"),
            text("severity", "severity"),
            day("resolved_on", "day resolved", masked=True),
            text("remedy", "what was done", masked_by="resolved_on"),
        ),
        event="opened_on",
    ),
)
