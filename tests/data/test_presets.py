"""Presets: the exports of three CRMs and of SAP, with the columns that they are known to have."""

import csv
import io
from datetime import date, datetime

import openpyxl
import pytest
from folders import check_law, pass_door

from kamnb.data.door import inspect_data
from kamnb.data.proposing.systems import hint_at_preset
from kamnb.errors import SettingsError

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


BOOKINGS = (
    "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Kurs;Basis-Umsatz;WKZ Basis-Umsatz;Konto;"
    "Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;Belegfeld 1;Belegfeld 2;Skonto;Buchungstext"
)
DATEV = {
    "EXTF_Buchungsstapel_2026.csv": "\r\n".join(
        [
            '"EXTF";700;21;"Buchungsstapel";13;20260630152500000;;"RE";"";"";1001;456;20260101;4;20260101;20260630;"Juni";"";1;0;0;"EUR"',
            BOOKINGS,
            '1.190,00;"S";"EUR";;;;10000;8400;"";106;"RE1";"";;"Lieferung"',
            '119,00;"H";"EUR";;;;10000;8400;"";1502;"GS1";"";;"Gutschrift"',
            '595,00;"H";;;;;4400;20001;"";0103;"RE2";"";;"Erlös zuerst"',
            '1.190,00;"S";"EUR";;;;1200;10000;"";2802;"RE1";"";;"Zahlung"',
            '24,95;"H";"EUR";;;;1200;4940;"8";2106;"";"";;"Bücher"',
            "",
        ]
    ).encode("cp1252"),
    "EXTF_Stammdaten.csv": "\r\n".join(
        [
            '"EXTF";510;16;"Debitoren/Kreditoren";4;20160623152500000;;"XY"',
            "Konto;Name (Adressatentyp Unternehmen);Unternehmensgegenstand;Name (Adressatentyp natürl. Person);"
            "Vorname (Adressatentyp natürl. Person);Name (Adressatentyp keine Angabe);Ort;Land",
            '10000;"Müller GmbH";"";"";"";"";"Köln";"DE"',
            '20001;"";"";"Muster";"Sabine";"";"Bonn";"DE"',
            '70001;"Lieferant AG";"";"";"";"";"";""',
            "",
        ]
    ).encode("cp1252"),
}


def test_datev(tmp_path):
    report, portfolio = pass_door(
        tmp_path, 'preset = "datev"\nreporting_currency = "EUR"\n[invoices]\nyear = 2026', as_of=DAY, **DATEV
    )
    assert report.faults == ()
    assert ask(portfolio, "SELECT account_id, name, region FROM accounts ORDER BY 1") == [
        ("10000", "Müller GmbH", "Köln"),
        ("20001", "Sabine Muster", "Bonn"),
    ]
    assert ask(portfolio, "SELECT account_id, date, amount::INT, invoice_id FROM invoices ORDER BY invoice_id") == [
        ("10000", date(2026, 2, 15), -119, "GS1"),
        ("10000", date(2026, 6, 1), 1190, "RE1"),
        ("20001", date(2026, 3, 1), 595, "RE2"),
    ]
    assert check_law(report)["invoices"] == 3


def test_datev_asks_for_the_year(tmp_path):
    with pytest.raises(SettingsError, match=r'dates "%d%m" names no year; give it by year = 2026'):
        pass_door(tmp_path, 'preset = "datev"', as_of=DAY, **DATEV)


def make_book(header, *rows):
    """Return a workbook with a header and rows of its columns."""
    book = openpyxl.Workbook()
    for row in (header, *([row.get(name) for name in header] for row in rows)):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def closed(month, day):
    return {"Actual Close Date": datetime(2025, month, day)}


def test_dynamics(tmp_path):
    hidden = ["(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On"]
    deals = [
        "(Do Not Modify) Opportunity", *hidden, "Topic", "Account", "Est. close date", "Est. revenue", "Contact", "Rating",
        "Sales Stage", "Probability", "Created On", "Actual Revenue", "Actual Close Date", "Status", "Status Reason",
    ]  # fmt: skip
    said = {"Account": "Acme", "Est. revenue": 100, "Sales Stage": "Propose", "Created On": datetime(2025, 1, 1, 9)}
    said["Est. close date"] = datetime(2026, 9, 30)
    files = {
        "Active Accounts 11-2-2025 10-03-45 AM.xlsx": make_book(
            ["(Do Not Modify) Account", *hidden, "Account Name", "Main Phone", "Address 1: City", "Primary Contact"],
            {"(Do Not Modify) Account": "{0A1B}", "Account Name": "Acme", "Address 1: City": "Bonn"},
        ),
        "All Opportunities 11-2-2025.xlsx": make_book(
            deals,
            {"(Do Not Modify) Opportunity": "o", **said, "Probability": 60, "Status": "Open"},
            {
                "(Do Not Modify) Opportunity": "w",
                **said,
                "Status": "Won",
                "Actual Revenue": 90,
                "Actual Close Date": datetime(2025, 3, 31),
            },
            {"(Do Not Modify) Opportunity": "l", **said, "Status": "Lost", **closed(4, 30)},
        ),
    }
    report, portfolio = pass_door(tmp_path, 'preset = "dynamics"', as_of=DAY, **files)
    assert report.faults == ()
    assert ask(portfolio, "SELECT account_id, region FROM accounts") == [("Acme", "Bonn")]
    columns = "opportunity_id, outcome, amount::INT, won_amount::INT, probability, closed, expected_close"
    assert ask(portfolio, f"SELECT {columns} FROM opportunities") == [
        ("o", "open", 100, None, 0.6, None, date(2026, 9, 30)),
        ("w", "won", None, 90, None, date(2025, 3, 31), None),
        ("l", "lost", None, None, None, date(2025, 4, 30), None),
    ]


def test_zoho(tmp_path):
    deal = {"Amount": "100", "Account Name.id": "zcrm_1", "Account Name": "Acme", "Created Time": "2025-01-01 10:00:00"}
    files = {
        "Accounts_2026_03_17.csv": write_rows(
            ["Record Id", "Account Owner.id", "Account Owner", "Account Name", "Parent Account.id", "Billing Country"],
            {"Record Id": "zcrm_1", "Account Owner": "Ann", "Account Name": "Acme", "Billing Country": "India"},
        ),
        "Contacts_2026_03_17.csv": write_rows(
            ["Record Id", "Contact Owner", "First Name", "Last Name", "Account Name.id", "Title"],
            {"Record Id": "zcrm_5", "Last Name": "Lee", "Account Name.id": "zcrm_1"},
            {"Record Id": "zcrm_6", "Last Name": "Nobody's"},
        ),
        "Deals_2026_05_28.csv": write_rows(
            ["Record Id", "Deal Owner.id", "Deal Owner", "Amount", "Deal Name", "Closing Date", "Account Name.id", "Account Name",
             "Stage", "Probability (%)", "Created Time"],
            {**deal, "Record Id": "o", "Stage": "Negotiation/Review", "Closing Date": "2026-09-30", "Probability (%)": "90"},
            {**deal, "Record Id": "w", "Stage": "Closed Won", "Closing Date": "2025-03-31"},
            {**deal, "Record Id": "l", "Stage": "Closed Lost to Competition", "Closing Date": "2025-04-30"},
        ),
    }  # fmt: skip
    report, portfolio = pass_door(tmp_path, 'preset = "zoho"', as_of=DAY, **files)
    assert report.faults == ()
    assert ask(portfolio, "SELECT account_id, name, country FROM accounts") == [("zcrm_1", "Acme", "India")]
    assert ask(portfolio, "SELECT contact_id, name FROM contacts") == [("zcrm_5", "Lee")]
    columns = "opportunity_id, outcome, amount::INT, won_amount::INT, probability, closed, expected_close"
    assert ask(portfolio, f"SELECT {columns} FROM opportunities") == [
        ("o", "open", 100, None, 0.9, None, date(2026, 9, 30)),
        ("w", "won", None, 100, None, date(2025, 3, 31), None),
        ("l", "lost", None, None, None, date(2025, 4, 30), None),
    ]


@pytest.mark.parametrize("day", ["Date", "Transaction date"])
def test_quickbooks(tmp_path, day):
    rows = write_rows(
        [day, "Transaction Type", "Num", "Customer", "Product/Service", "Memo/Description", "Qty", "Sales Price", "Amount"],
        {
            day: "09/16/2025",
            "Transaction Type": "Invoice",
            "Num": "18897",
            "Customer": "Carmel",
            "Qty": "1",
            "Amount": "1,419.88",
        },
        {day: "09/17/2025", "Transaction Type": "Credit Memo", "Num": "18898", "Customer": "Carmel", "Amount": "-$19.88"},
        {day: "09/16/2025", "Transaction Type": "Estimate", "Num": "3590", "Customer": "Someone", "Amount": "1,679.52"},
    )
    report, portfolio = pass_door(tmp_path, 'preset = "quickbooks"\nreporting_currency = "USD"', as_of=DAY, **{"sales.csv": rows})
    assert report.faults == ()
    assert ask(portfolio, "SELECT account_id, date, amount::DECIMAL(9,2)::VARCHAR FROM invoices ORDER BY date") == [
        ("Carmel", date(2025, 9, 16), "1419.88"),
        ("Carmel", date(2025, 9, 17), "-19.88"),
    ]
    assert ask(portfolio, "SELECT account_id FROM accounts ORDER BY 1") == [("Carmel",), ("Someone",)]


def test_1c(tmp_path):
    line = {"LineNumber": "1", "Номенклатура_Key": "n1", "Количество": "2", "Сумма": "120", "СуммаНДС": "20"}
    document = {"Number": "0001", "Date": "2025-01-26T10:11:45", "Контрагент_Key": "k1", "DeletionMark": "false"}
    files = {
        "Catalog_Контрагенты.csv": write_rows(["Ref_Key", "Description", "ИНН"], {"Ref_Key": "k1", "Description": "ООО Ромашка"}),
        "Catalog_Номенклатура.csv": write_rows(["Ref_Key", "Description"], {"Ref_Key": "n1", "Description": "Насос"}),
        "Document_РеализацияТоваровУслуг.csv": write_rows(
            ["Ref_Key", "Number", "Date", "Posted", "DeletionMark", "Контрагент_Key", "СуммаВключаетНДС", "СуммаДокумента"],
            {"Ref_Key": "d1", **document, "Posted": "true", "СуммаВключаетНДС": "true"},
            {"Ref_Key": "d2", **document, "Posted": "true", "СуммаВключаетНДС": "false"},
            {"Ref_Key": "d3", **document, "Posted": "false", "СуммаВключаетНДС": "false"},
        ),
        "Document_РеализацияТоваровУслуг_Товары.csv": write_rows(
            ["Ref_Key", "LineNumber", "Номенклатура_Key", "Количество", "Цена", "Сумма", "СуммаНДС"],
            *({**line, "Ref_Key": f"d{n}"} for n in (1, 2, 3)),
        ),
    }  # fmt: skip
    report, portfolio = pass_door(tmp_path, 'preset = "1c"\nreporting_currency = "RUB"', as_of=DAY, **files)
    assert report.faults == ()
    assert ask(portfolio, "SELECT account_id, date, amount::INT, quantity FROM invoices ORDER BY amount") == [
        ("k1", date(2025, 1, 26), 100, 2),
        ("k1", date(2025, 1, 26), 120, 2),
    ]
    assert ask(portfolio, "SELECT name FROM accounts") == [("ООО Ромашка",)]


@pytest.mark.parametrize(
    ("preset", "header"),
    [
        ("datev", BOOKINGS.split(";")),
        ("quickbooks", ["Date", "Transaction Type", "Num", "Customer", "Product/Service", "Qty", "Sales Price", "Amount"]),
        ("zoho", ["Record Id", "Amount", "Deal Name", "Closing Date", "Account Name.id", "Stage", "Created Time"]),
        ("", ["Customer", "Date", "Amount", "Qty"]),
        ("", ["account_id", "date", "amount", "currency", "invoice_id"]),
    ],
)
def test_a_header_of_a_known_program_leads_to_its_preset(preset, header):
    assert (f'preset = "{preset}"' if preset else "") in hint_at_preset(header)
    assert bool(preset) == bool(hint_at_preset(header))
