"""Presets: the exports of three CRMs and of SAP, with the columns that they are known to have."""

import csv
from datetime import date

import pytest
from folders import check_law, pass_door

from kamnb.data.door import inspect_data

DAY = date(2026, 6, 30)


def write_rows(header, *rows):
    """Return CSV with a header and rows of its columns, the others empty."""
    cells = ([f'"{row.get(name, "")}"' for name in header] for row in rows)
    return "\n".join([",".join(header), *(",".join(each) for each in cells)]) + "\n"


def header_of(real_data, name):
    text = (real_data / "crm_export_headers" / name).read_text(encoding="utf-8")
    return [column.strip('"') for column in text.splitlines()[0].split(",")]


def ask(portfolio, query):
    with portfolio.connect() as connection:
        return connection.execute(query).fetchall()


ACCOUNT = [
    "Id",
    "IsDeleted",
    "Name",
    "Type",
    "ParentId",
    "BillingState",
    "BillingCountry",
    "Industry",
    "AnnualRevenue",
    "OwnerId",
]
OPPORTUNITY = [
    "Id",
    "IsDeleted",
    "AccountId",
    "StageName",
    "Amount",
    "Probability",
    "CloseDate",
    "IsClosed",
    "IsWon",
    "CreatedDate",
]
EVENT = [
    "Id",
    "WhoId",
    "Subject",
    "ActivityDateTime",
    "ActivityDate",
    "DurationInMinutes",
    "AccountId",
    "OwnerId",
    "Type",
    "IsDeleted",
]
TASK = ["Id", "WhoId", "Subject", "ActivityDate", "OwnerId", "Type", "IsDeleted", "AccountId", "IsClosed"]
NOBODY = "000000000000000AAA"


def write_salesforce(account=ACCOUNT, opportunity=OPPORTUNITY, event=EVENT, task=TASK):
    deal = {
        "AccountId": "1",
        "StageName": "x",
        "CreatedDate": "2025-01-01T10:00:00.000+0000",
        "Amount": "100.0",
        "IsDeleted": "0",
    }
    return {
        "Account.csv": write_rows(
            account,
            {"Id": "1", "Name": "Acme, Inc.", "ParentId": NOBODY, "AnnualRevenue": "5000000.0", "OwnerId": "U", "IsDeleted": "0"},
            {"Id": "2", "Name": "Gone", "IsDeleted": "1"},
        ),
        "Opportunity.csv": write_rows(
            opportunity,
            deal | {"Id": "o", "IsClosed": "0", "IsWon": "0", "Probability": "60.0", "CloseDate": "2026-09-30"},
            deal | {"Id": "w", "IsClosed": "1", "IsWon": "1", "Probability": "100.0", "CloseDate": "2025-03-31"},
            deal | {"Id": "l", "IsClosed": "true", "IsWon": "false", "Probability": "0.0", "CloseDate": "2025-04-30"},
            deal | {"Id": "d", "IsDeleted": "1"},
        ),
        "Contact.csv": write_rows(
            ["Id", "AccountId", "FirstName", "LastName", "Department"],
            {"Id": "c", "AccountId": "1", "FirstName": "Ann", "LastName": "Lee", "Department": "Purchasing"},
        ),
        "Event.csv": write_rows(
            event,
            {
                "Id": "e",
                "WhoId": "003c",
                "ActivityDateTime": "2025-02-03T09:00:00.000Z",
                "DurationInMinutes": "90",
                "AccountId": "1",
                "Type": "Meeting",
            },
        ),
        "Task.csv": write_rows(
            task,
            {"Id": "t", "WhoId": "00Qx", "ActivityDate": "2025-02-04", "AccountId": "1", "Subject": "Call", "IsClosed": "1"},
            {"Id": "u", "ActivityDate": "2027-01-01", "AccountId": "1", "Subject": "Call", "IsClosed": "0"},
            {"Id": "v", "ActivityDate": "2025-01-01", "AccountId": NOBODY, "IsClosed": "1"},
        ),
    }


def check_salesforce(report, portfolio):
    assert report.faults == ()
    assert ask(portfolio, "SELECT account_id, name, parent_id, AnnualRevenue FROM accounts") == [("1", "Acme, Inc.", None, 5e6)]
    columns = "opportunity_id, outcome, amount::INT, won_amount::INT, probability, closed, expected_close, created"
    created = date(2025, 1, 1)
    assert ask(portfolio, f"SELECT {columns} FROM opportunities") == [
        ("o", "open", 100, None, 0.6, None, date(2026, 9, 30), created),
        ("w", "won", None, 100, None, date(2025, 3, 31), None, created),
        ("l", "lost", None, None, None, date(2025, 4, 30), None, created),
    ]
    assert ask(portfolio, "SELECT name, function FROM contacts") == [("Ann Lee", "Purchasing")]
    assert ask(portfolio, "SELECT date, contact_id, channel, hours FROM interactions") == [
        (date(2025, 2, 3), "003c", "Meeting", 1.5),
        (date(2025, 2, 4), None, "Call", None),
    ]


def test_salesforce(tmp_path):
    report, portfolio = pass_door(tmp_path, 'preset = "salesforce"', as_of=DAY, **write_salesforce())
    check_salesforce(report, portfolio)
    assert check_law(report) == {"accounts": 1, "contacts": 1, "interactions": 2, "opportunities": 3}


def test_salesforce_with_every_column_of_the_weekly_export(tmp_path, real_data):
    headers = [
        header_of(real_data, f"salesforce_weekly_export_{name}.header.csv")
        for name in ("Account", "Opportunity", "Event", "Task")
    ]
    check_salesforce(*pass_door(tmp_path, 'preset = "salesforce"', as_of=DAY, **write_salesforce(*headers)))


def test_salesforce_deals_of_many_currencies_say_theirs(tmp_path):
    files = write_salesforce(opportunity=[*OPPORTUNITY, "CurrencyIsoCode"])
    files["Opportunity.csv"] = files["Opportunity.csv"].replace('Z",""', "").replace(',""\n', ',"USD"\n')
    report, _ = pass_door(tmp_path, 'preset = "salesforce"\nreporting_currency = "EUR"', as_of=DAY, **files)
    assert report.faults[0].startswith("Opportunity.csv (sql), row 1, currency: USD cannot be converted to EUR")


def test_salesforce_on_the_rows_of_a_developer_org(tmp_path, real_data):
    (tmp_path / "kamnb.toml").write_text('preset = "salesforce"')
    report, portfolio = inspect_data(tmp_path / "kamnb.toml", root=real_data / "salesforce_devorg_sample", as_of=DAY)
    assert report.faults == ()
    assert check_law(report) == {"accounts": 13, "contacts": 20, "opportunities": 31}
    won = "SELECT count(*) FROM opportunities WHERE outcome = 'won' AND closed IS NOT NULL"
    assert ask(portfolio, won) == ask(portfolio, "SELECT count(*) FROM opportunities WHERE stage = 'Closed Won'") != [(0,)]
    assert ask(portfolio, "SELECT count(*) FROM contacts WHERE name LIKE '% %'") == [(20,)]


HUBSPOT = {
    "companies.csv": write_rows(
        ["Record ID", "Company name", "Company owner", "Create Date", "Country/Region", "Industry"],
        {"Record ID": "20", "Company name": "Example", "Create Date": "2020-01-10 10:00", "Industry": "Publishing"},
        {"Record ID": "21"},
    ),
    "contacts.csv": write_rows(
        ["Record ID", "First Name", "Last Name", "Contact owner", "Job Title", "Associated Company IDs"],
        {"Record ID": "5", "First Name": "Ann", "Last Name": "Lee", "Associated Company IDs": "20;21"},
    ),
    "deals.csv": write_rows(
        ["Record ID", "Deal Name", "Deal Stage", "Close Date", "Deal owner", "Amount", "Pipeline", "Associated Company IDs"],
        {
            "Record ID": "1",
            "Deal Stage": "Closed won",
            "Close Date": "2025-03-31 12:00",
            "Amount": "100",
            "Associated Company IDs": "20",
        },
        {
            "Record ID": "2",
            "Deal Stage": "closedlost",
            "Close Date": "2025-04-30 12:00",
            "Amount": "50",
            "Associated Company IDs": "20",
        },
        {
            "Record ID": "3",
            "Deal Stage": "Contract sent",
            "Close Date": "2026-12-31 12:00",
            "Amount": "25",
            "Associated Company IDs": "20",
        },
        {"Record ID": "4", "Deal Stage": "Contract sent", "Amount": "1"},
    ),
    "notes.csv": write_rows(
        ["Record ID", "Body preview", "Activity date", "Associated Contact IDs", "Associated Company IDs"],
        {
            "Record ID": "9",
            "Activity date": "2025-02-03 10:00",
            "Associated Contact IDs": "5",
            "Associated Company IDs": "20; 21",
        },
    ),
    "invoices.csv": write_rows(
        ["Record ID", "Invoice date", "Invoice status", "Amount billed", "Balance due", "Associated Company IDs"],
        {
            "Record ID": "7",
            "Invoice date": "2025-05-01",
            "Invoice status": "Open",
            "Amount billed": "12.5",
            "Associated Company IDs": "20",
        },
        {
            "Record ID": "8",
            "Invoice date": "2025-05-01",
            "Invoice status": "Draft",
            "Amount billed": "99",
            "Associated Company IDs": "20",
        },
    ),
}


def check_hubspot(report, portfolio):
    assert report.faults == ()
    assert ask(portfolio, "SELECT account_id, name, customer_since, segment FROM accounts") == [
        ("20", "Example", date(2020, 1, 10), "Publishing"),
        ("21", None, None, None),
    ]
    assert ask(
        portfolio, "SELECT opportunity_id, outcome, amount::INT, won_amount::INT, closed, expected_close FROM opportunities"
    ) == [
        ("1", "won", None, 100, date(2025, 3, 31), None),
        ("2", "lost", None, None, date(2025, 4, 30), None),
        ("3", "open", 25, None, None, date(2026, 12, 31)),
    ]
    assert ask(portfolio, "SELECT account_id, name FROM contacts") == [("20", "Ann Lee")]
    assert ask(portfolio, "SELECT account_id, date, contact_id, channel FROM interactions") == [
        ("20", date(2025, 2, 3), "5", "note")
    ]
    assert ask(portfolio, "SELECT account_id, invoice_id, amount::DOUBLE FROM invoices") == [("20", "7", 12.5)]


def test_hubspot(tmp_path):
    report, portfolio = pass_door(tmp_path, 'preset = "hubspot"', as_of=DAY, **HUBSPOT)
    check_hubspot(report, portfolio)
    assert report["opportunities"].count("set_aside").rows == 1


@pytest.mark.parametrize("name", ["contacts", "deals", "notes", "invoices", "companies"])
def test_hubspot_with_the_header_of_an_export(tmp_path, real_data, name):
    known = {"companies": "companies_export.sample", "invoices": "invoices_fields_seen.header"}.get(name, f"{name}_export.header")
    header = header_of(real_data, f"hubspot_{known}.csv")
    header += ["Associated Company IDs"] if name == "deals" else []
    rows = csv.DictReader(HUBSPOT[f"{name}.csv"].splitlines())
    files = HUBSPOT | {f"{name}.csv": write_rows(header, *rows)}
    check_hubspot(*pass_door(tmp_path, 'preset = "hubspot"', as_of=DAY, **files))


def test_hubspot_deals_without_their_companies_stop(tmp_path):
    deals = write_rows(
        ["Record ID", "Deal Stage"], {"Record ID": "1", "Deal Stage": "new"}, {"Record ID": "2", "Deal Stage": "new"}
    )
    report, _ = pass_door(tmp_path, 'preset = "hubspot"', as_of=DAY, **{"deals.csv": deals})
    assert "deals.csv (sql), account_id: none of 2 rows has a value; is it the right column?" in report.faults


def test_hubspot_stages_of_ones_own_are_mapped_by_values(tmp_path):
    values = '{ "Contract sent" = "won", "Closed won" = "won", "*" = "lost" }'
    own = f'[opportunities]\ncolumns = {{ outcome = "Deal Stage" }}\nvalues.outcome = {values}'
    _, portfolio = pass_door(tmp_path, f'preset = "hubspot"\n{own}', as_of=DAY, **HUBSPOT)
    assert ask(portfolio, "SELECT outcome FROM opportunities") == [("won",), ("lost",), ("won",)]


DEALS = [
    f"Deal - {field}"
    for field in [
        "ID",
        "Value",
        "Currency of value",
        "Stage",
        "Status",
        "Organization",
        "Expected close date",
        "Won time",
        "Lost time",
        "Closed on",
    ]
]


def write_pipedrive(header=DEALS):
    deal = {"Deal - Value": "100", "Deal - Currency of value": "EUR", "Deal - Stage": "Proposal", "Deal - Organization": "Acme"}
    return write_rows(
        header,
        deal | {"Deal - ID": "1", "Deal - Status": "Won", "Deal - Won time": "2025-03-31 10:00:00"},
        deal | {"Deal - ID": "2", "Deal - Status": "Lost", "Deal - Lost time": "2025-04-30 10:00:00"},
        deal | {"Deal - ID": "3", "Deal - Status": "Open", "Deal - Expected close date": "2026-12-31"},
        deal | {"Deal - ID": "4", "Deal - Status": "Deleted"},
    )


def check_pipedrive(report, portfolio):
    assert (report.faults, report.currency) == ((), "EUR")
    columns = "opportunity_id, account_id, outcome, amount::INT, won_amount::INT, closed, expected_close"
    assert ask(portfolio, f"SELECT {columns} FROM opportunities") == [
        ("1", "Acme", "won", None, 100, date(2025, 3, 31), None),
        ("2", "Acme", "lost", None, None, date(2025, 4, 30), None),
        ("3", "Acme", "open", 100, None, None, date(2026, 12, 31)),
    ]


def test_pipedrive(tmp_path):
    check_pipedrive(*pass_door(tmp_path, 'preset = "pipedrive"', as_of=DAY, **{"deals.csv": write_pipedrive()}))


def test_pipedrive_with_the_fields_seen_in_exports(tmp_path, real_data):
    header = header_of(real_data, "pipedrive_deals_export_fields_seen.header.csv")
    check_pipedrive(*pass_door(tmp_path, 'preset = "pipedrive"', as_of=DAY, **{"deals.csv": write_pipedrive(header)}))


def test_what_a_preset_expects_and_the_export_lacks_is_said_and_does_not_stop(tmp_path):
    report, portfolio = pass_door(tmp_path, 'preset = "salesforce"', as_of=DAY, **{"Account.csv": "Id,Name\n1,Acme\n"})
    said = "\n".join(map(str, report.remarks))
    assert portfolio is not None
    assert "opportunities: Opportunity.csv: no such file" in said
    assert "Account.csv (sql): has no column ParentId, Type, Industry" in said


def test_what_a_table_must_have_stops_even_under_a_preset(tmp_path):
    report, _ = pass_door(tmp_path, 'preset = "salesforce"', as_of=DAY, **{"Account.csv": "Key,Name\n1,Acme\n"})
    assert 'Account.csv (sql), header: column "account_id" is missing' in report.faults[0]


ITEM = {"BUKRS": "1000", "KUNNR": "0000010001", "WAERS": "EUR"}
SAP = {
    "KNA1.csv": write_rows(["MANDT", "KUNNR", "LAND1", "NAME1", "REGIO", "BRSCH"], {"KUNNR": "0000010001", "NAME1": "Nordlicht"}),
    "VBRK.csv": write_rows(
        ["MANDT", "VBELN", "FKART", "VBTYP", "WAERK", "FKDAT", "KUNRG", "KUNAG"],
        {"VBELN": "90001", "VBTYP": "M", "WAERK": "EUR", "FKDAT": "20260131", "KUNAG": "0000010001"},
        {"VBELN": "90002", "VBTYP": "O", "WAERK": "EUR", "FKDAT": "20260215", "KUNAG": "0000010001"},
        {"VBELN": "90003", "VBTYP": "U", "WAERK": "EUR", "FKDAT": "20260216", "KUNAG": "0000010001"},
    ),
    "VBRP.csv": write_rows(
        ["MANDT", "VBELN", "POSNR", "FKIMG", "NETWR", "MATNR", "WAVWR"],
        {"VBELN": "90001", "POSNR": "000010", "FKIMG": "2.000", "NETWR": "100.50", "MATNR": "M1", "WAVWR": "60.00"},
        {"VBELN": "90002", "POSNR": "000010", "FKIMG": "1.000", "NETWR": "50.25", "MATNR": "M1", "WAVWR": "30.00"},
        {"VBELN": "90003", "POSNR": "000010", "FKIMG": "1.000", "NETWR": "999.00", "MATNR": "M1"},
    ),
    "BSID.csv": write_rows(
        ["BUKRS", "KUNNR", "BELNR", "BUDAT", "WAERS", "SHKZG", "WRBTR", "ZFBDT", "ZBD1T"],
        ITEM | {"BELNR": "1", "SHKZG": "S", "WRBTR": "119.60", "ZFBDT": "20260131", "ZBD1T": "30"},
        ITEM | {"BELNR": "2", "SHKZG": "H", "WRBTR": "59.80", "ZFBDT": "20260215"},
    ),
}  # fmt: skip


def test_sap_signs_credit_memos_joins_items_to_their_documents_and_adds_days_to_the_base_date(tmp_path):
    toml = 'preset = "sap"\n[open_items]\nconstants = { listed_on = "2026-06-30" }'
    report, portfolio = pass_door(tmp_path, toml, as_of=DAY, **SAP)
    assert report.faults == () and check_law(report) == {"accounts": 1, "invoices": 2, "open_items": 2}
    lines = "SELECT account_id, date::VARCHAR, amount::DOUBLE, cost::DOUBLE, quantity, currency FROM invoices ORDER BY date"
    assert ask(portfolio, lines) == [
        ("0000010001", "2026-01-31", 100.5, 60.0, 2.0, "EUR"),
        ("0000010001", "2026-02-15", -50.25, -30.0, -1.0, "EUR"),
    ]
    owed = "SELECT due_date::VARCHAR, open_amount::DOUBLE, company FROM open_items ORDER BY invoice_id"
    assert ask(portfolio, owed) == [("2026-03-02", 119.6, "1000"), ("2026-02-15", -59.8, "1000")]
    assert "3 rows in the file, 2 after sql" in "\n".join(map(str, report.remarks))
