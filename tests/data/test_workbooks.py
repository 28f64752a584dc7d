"""Workbooks: what is read of sheets that people and programs write, what is said of it, and files that are none."""

import base64
import io
import struct
import zipfile
import zlib
from datetime import date, datetime

import openpyxl
import pytest
from folders import ask, check_law, pass_door, read_invoices, reasons, told

from kamnb.data.proposing.proposal import propose_settings

DAY = date(2026, 3, 31)
HEAD = ["account_id", "date", "amount"]
ROWS = [HEAD, ["A1", date(2026, 1, 31), 10.5], ["B2", datetime(2026, 2, 28, 3, 4), -3]]
READ = [("A1", date(2026, 1, 31), "10.50"), ("B2", date(2026, 2, 28), "-3.00")]
XLS = zlib.decompress(base64.b85decode(  # the rows as LibreOffice writes them
    "c-rk(U1(fI6h3ozv$>n3$tKPElWM$1yG@%!oA$wo*8Em2SQ6S=iv;S;?oHfelP$?cEdFg%`({BY=u4p#;)5vuAn1dN$(s+B7NJmmN_`NDK5WGw"
    "3QexxId?W$myPVEQvAueocTHT%*>fNKXc~7`PzlEA2nR2Ja~wFwB!aUkV8{IGusIf8Jf1_x^9;2uEW0y7In=!^h1ATK-PJ=)@xAL>+s)%eU!wP"
    "B8zs@1nNmTN~ORpu$bKWiW#$1Bww+xzW&<R=lIQW+y~6}e~$I+{}sSWU=?r!uo_t7T>(@JtOITY)&s+06GXQHZv);AYyfTo-T}N*uYZ@W8Jp0)"
    "NB1|c$D5l9K@(aGl+kA!zGjt+?k~e4KJ?FvU3?E5q$6w_y>=pM-7M%48EnNe%)v-^p{3|FsMYj=P(PP)mslU5i>wZ9(T9vKk^Q8UO;T19kN;H0"
    "d?%E4iqKc=J+Hj3ouE?nkwc?o(?Oa>MBI<o1WkdnA(xZAM0F!l#_>OKLw_6nRW!@K_Lwu_OxlS?e=WVues&Zv*fu^s*cOW|h-1ytudbEj#B&zY"
    "c}}7KQXJhVkxu_R`Yg__&^fnw{F!|E)>Y`OtI)TtLJt<C6U;&6@vqQN8R(?R<vNu1NnM)`NL`oqOT95&E_Hpn%zZ|T{shAHIhn<z_{4L`c+{DC"
    "4bv)o^U4Gg9XP4zM|zrrduE@k7RYcA=hd^xelG5$$_%^TmzdL}V+xmrIj6c%c2VQikat~}FlQ6jf%!XbjO%p2Trp+dwPHu3$?1vI;dl%y#O#!V"
    "@MDiN3Cnf2qv+Y;g3+WG{NDW&HN(Ia^@Me8@FnF1v(TS{SrsIYVMpx#wX%y4rn~;m)o=C=4RjtBdV1wqLz@jbBy|jb=Kb4bM2nO&!dp*`e3?ah"
    "BTaqIsC{tS+V4!phg*A+$+4zL`;JI=7?+v#7aRljh+{<tj?1L4N*RFwI|Z(EZpmpkqkX*X(oEZ>Oy|~|_E|)=AhxCCo1s?Ks<LCUwW236w@EL_"
    "xe@&ktdW}gJj$+E=^OZ_%UAly22@!8C!<;_-*Rahp={fWX{ttOssPQ%qb*7{;pGpcdkQ_Z+%rU3UQY=pulWVyJWCy>H_tQ2n7luk#}FRB<}rjP"
    "aDjP#!~JH^Pc*<YW*+xcpE0%Z@(|3O+3t<cGz&eL2^Gkg462ZEJcdp85u=Vi33%5I(ZkRLNp4f4Pf72WXatr&V&+byvRPV%W?XW86<!V(G7Zng"
    "J>Ew-XWAQ&P9~?4!zpX`^HC>ZJ@`P|0ei?vBpk8sp7`)^$BpEU%Jb|s!;;H$7=`Agg%f9fzSjS2=-oF=YT5Gfw|vqsYPaP79Xh}4(x>r+&NC0`"
    "Tr;Ng%_BNTy|PGfKCiu9kIO<a?Na1tigEGW#nbm~3Y~fj^0!`lzmEe~9&J$Px!I5y%8_+7`acQ&&i9|}GtY(#jbR^22fg-FSbdVlXh`H3D_Q<J"
    "iCy0P=$7!VdbvDnr@dHr95&Vu8AjK%zAxtuR?HZ-;XTWK(vLjQS+o8){+0Uvv-Dd{vQcEY)7bww@=@0P9$3M!=!7XL<f%zeR)=Q2epw0Ue>d>G"
    "<@NipLR4gM!~#o`r(+HKzZaNVfBy^o0W}IVkN"
))  # fmt: skip


def make_book(sheets, change=None, hidden=()):
    """Return the bytes of a workbook; `change` is called with it before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def make_ods(rows):
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="{kind}" office:{name}="{value}"><text:p>{value}</text:p></table:table-cell>'
            for kind, name, value in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<office:document-content{names}><office:body><office:spreadsheet><table:table table:name="S">{cells}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr("content.xml", content)
    return file.getvalue()


def break_member(content, name):
    """Return a workbook one member of which does not unpack."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        start = book.getinfo(name).header_offset + 30 + len(name)
    return content[: start + 20] + bytes(range(60, 120)) + content[start + 80 :]


def test_old_and_open_formats_are_read_like_the_new_one_whatever_their_name_ends_with(tmp_path):
    text = [[("string", "string-value", name) for name in HEAD]]
    text += [[("string", "string-value", "A1"), ("date", "date-value", "2026-01-31"), ("float", "value", "10.5")]]
    text += [[("string", "string-value", "B2"), ("date", "date-value", "2026-02-28"), ("float", "value", "-3")]]
    for name, content in {"a.xls": XLS, "b.xlsx": XLS, "c.ods": make_ods(text), "d.xlsx": make_book({"S": ROWS})}.items():
        report, portfolio = pass_door(tmp_path / name, f'[invoices]\nfile = "{name}"', **{name: content})
        assert read_invoices(portfolio) == READ and check_law(report) == {"invoices": 2}, name


WHOLE = make_book({"S": ROWS})
CRYPT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
BAD = {
    "cut": (WHOLE[: len(WHOLE) // 2], "is a damaged workbook"),
    "member": (break_member(WHOLE, "xl/worksheets/sheet1.xml"), "is a damaged workbook"),
    "book": (break_member(WHOLE, "xl/workbook.xml"), "is a damaged workbook"),
    "no-book": (b"PK\x03\x04" + bytes(40), "is a damaged workbook"),
    "ole": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is a damaged workbook"),
    "locked": (CRYPT, "is protected by a password; open it in Excel"),
    "page": (b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table></html>", "is a web page that is named like a workbook"),
    "xml": (b"<?xml version='1.0'?><Workbook/>", "is XML that is named like a workbook"),
    "text": (b"account_id\tdate\tamount\nA\t2026-01-01\t1\n", "is text that is named like a workbook; name it .csv"),
    "empty": (b"", "is empty"),
    "other": (bytes(range(256)), "is not a workbook that can be read"),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("name", ["invoices.xlsx", "invoices.xls"])
def test_what_is_no_workbook_is_said_with_what_to_do(tmp_path, kind, name):
    content, said = BAD[kind]
    report, portfolio = pass_door(tmp_path, as_of=DAY, **{name: content})
    assert portfolio is None and report.faults[0].startswith(f"{name}: {said}")
    assert "\n" not in report.faults[0]
    assert said in propose_settings(tmp_path).left[name]


def test_error_cells_are_no_blanks(tmp_path):
    rows = [*ROWS, ["C3", date(2026, 3, 1), "#N/A"], ["#REF!", date(2026, 3, 1), 5]]
    report, _ = pass_door(tmp_path, "[limits]\nmost_set_aside = 1", **{"invoices.xlsx": make_book({"S": rows})})
    assert 'row 4, amount: "#N/A" is not an amount' in reasons(report)
    assert "cell C4 (first of 2) holds the error #N/A" in told(report) and check_law(report) == {"invoices": 4}


def test_merged_cells_hold_for_those_below_but_numbers_count_once(tmp_path):
    rows = [HEAD, ["A1", date(2026, 1, 31), 10], [None, None, 5], [None, date(2026, 2, 1), 7], [None, date(2026, 2, 2), None]]

    def merge(book):
        for cells in ("A2:A4", "B2:B3", "C4:C5"):
            book["S"].merge_cells(cells)

    report, portfolio = pass_door(tmp_path, "[limits]\nmost_set_aside = 1", **{"invoices.xlsx": make_book({"S": rows}, merge)})
    assert read_invoices(portfolio, "account_id, date::VARCHAR, amount::INT") == [
        ("A1", "2026-01-31", 10), ("A1", "2026-01-31", 5), ("A1", "2026-02-01", 7),
    ]  # fmt: skip
    assert "3 cells are merged with one above them and have its value" in told(report)
    assert "cell C4 is a number in merged cells and counts in its first row alone" in told(report)


def test_hidden_rows_are_read_and_said_and_hidden_sheets_only_by_name(tmp_path):
    def hide(book):
        book["S"].row_dimensions[3].hidden = True
        book["S"].auto_filter.ref = "A1:C3"

    book = make_book({"Notes": [["see next sheet"]], "S": ROWS, "Old": ROWS}, hide, hidden=["Old"])
    toml = '[invoices]\nfile = "book.xlsx%s"\ncolumns = { amount = "amount", date = "date" }'
    report, portfolio = pass_door(tmp_path / "a", toml % "", **{"book.xlsx": book})
    assert read_invoices(portfolio) == READ
    assert 'sheet "S" was taken; not read: Notes; hidden: Old; a sheet is named as in file = "book.xlsx#S"' in told(report)
    assert "1 row is hidden by a filter in Excel and read like any other" in told(report)
    report, portfolio = pass_door(tmp_path / "b", toml % "#Old", **{"book.xlsx": book})
    assert read_invoices(portfolio) == READ and "hidden" not in told(report)


def test_several_tables_of_a_sheet_are_taken_by_their_cells_and_one_that_was_not_seen_is_said(tmp_path):
    rows = [*ROWS, [], ["Region", "Since", "Plan"], ["North", date(2026, 1, 1), 900], [], ["as of today"]]
    book = make_book({"S": rows})
    toml = "[limits]\nmost_set_aside = 1\n[invoices]\n"
    report, _ = pass_door(tmp_path / "a", toml, **{"invoices.xlsx": book})
    assert "row 5, below an empty one, looks like the header of another table (Region | Since | Plan)" in told(report)
    report, portfolio = pass_door(tmp_path / "b", f'{toml}cells = "A1:C"', **{"invoices.xlsx": book})
    assert read_invoices(portfolio) == READ and "3 rows above or below cells A1:C were not read" in told(report)
    columns = 'columns = { account_id = "Region", date = "Since", amount = "Plan" }'
    report, portfolio = pass_door(tmp_path / "c", f'{toml}cells = "A5:C6"\n{columns}', **{"invoices.xlsx": book})
    assert read_invoices(portfolio, "account_id, amount::INT") == [("North", 900)]
    report, _ = pass_door(tmp_path / "d", '[invoices]\ncells = "A1:C3"', as_of=DAY, invoices="account_id,date,amount\n")
    assert report.faults[0] == "invoices.csv: cells are of sheets, and this is none; take cells out"


def test_sheets_are_found_by_a_pattern_and_two_header_rows_are_joined(tmp_path):
    head = [["Customer", "2026", None], [None, "Date", "Net"]]
    months = {f"2026-{month:02}": [*head, ["A1", date(2026, month, 1), month]] for month in (1, 2)}
    toml = (
        '[invoices]\nfile = "book.xlsx#2026-*"\nheader_row = [1, 2]\n'
        'columns = { account_id = "Customer", date = "2026 Date", amount = "2026 Net" }'
    )
    report, portfolio = pass_door(tmp_path, toml, **{"book.xlsx": make_book({**months, "Sum": [["x"]]})})
    assert read_invoices(portfolio, "amount::INT") == [(1,), (2,)] and check_law(report) == {"invoices": 2}
    report, _ = pass_door(tmp_path, toml.replace("2026-*", "2027*"), as_of=DAY)
    assert report.faults[0] == 'invoices: book.xlsx: no sheet "2027*"; there are 2026-01, 2026-02, Sum'


def test_days_of_headers_and_serials_are_days(tmp_path):
    wide = [["account_id", date(2026, 1, 1), date(2026, 2, 1)], ["A", 5, 6]]
    toml = '[invoices]\ndates = ["month", "serial"]\nunpivot = { columns = "2026-*", into = "date", value = "amount" }'
    _, portfolio = pass_door(tmp_path / "a", toml, **{"invoices.xlsx": make_book({"S": wide})})
    assert read_invoices(portfolio, "date::VARCHAR, amount::INT") == [("2026-01-31", 5), ("2026-02-28", 6)]
    serial = make_book({"S": [HEAD, ["A", 46053, 1], ["A", 46053.75, 2]]})
    _, portfolio = pass_door(tmp_path / "b", '[invoices]\ndates = "serial"', **{"invoices.xlsx": serial})
    assert ask(portfolio, "SELECT DISTINCT date::VARCHAR FROM invoices") == [("2026-01-31",)]


def record(kind, content=b""):
    """Return a record of Excel's binary sheets: its kind and length in groups of seven bits, then the content."""
    kinds = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    length = bytes([len(content) & 127 | 128, len(content) >> 7]) if len(content) > 127 else bytes([len(content)])
    return kinds + length + content


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def write_binary(path, name, rows):
    """Write a workbook in Excel's binary form, which openpyxl does not know: texts and numbers of one sheet."""
    cells = []
    for row, values in enumerate(rows):
        cells.append(record(0, struct.pack("<IIHBBI", row, 0, 300, 0, 0, 0)))
        for column, value in enumerate(values):
            content = wide(value) if isinstance(value, str) else struct.pack("<d", value)
            cells.append(record(6 if isinstance(value, str) else 5, struct.pack("<II", column, 0) + content))
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1) if rows else b""
    sheet = [record(129), record(148, size), record(145), *cells, record(146), record(130)] if rows else []
    bundle = record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide(name))
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/workbook.bin", b"".join([record(131), record(143), bundle, record(144), record(132)]))
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        told = f'<Relationship Id="rId1" Type="{kind}/worksheet" Target="worksheets/sheet1.bin"/>'
        xmlns = "http://schemas.openxmlformats.org/package/2006/relationships"
        book.writestr("xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{xmlns}">{told}</Relationships>')
        book.writestr("xl/worksheets/sheet1.bin", b"".join(sheet))


def test_binary_workbooks_are_read_and_damaged_ones_refused_in_words(tmp_path):
    rows = [["Größe"], ["account_id", "date", "amount"], ["00A1", "2026-01-31", 12.5], ["00A2", "2026-02-28", 3.0]]
    write_binary(tmp_path / "sales.xlsb", "Umsätze", rows)
    toml = '[invoices]\nfile = "sales.xlsb#Umsätze"\nheader_row = 2\n'
    report, portfolio = pass_door(tmp_path, toml)
    assert read_invoices(portfolio) == [("00A1", date(2026, 1, 31), "12.50"), ("00A2", date(2026, 2, 28), "3.00")]
    assert report.faults == ()
    write_binary(tmp_path / "sales.xlsb", "Umsätze", [])
    report, _ = pass_door(tmp_path, toml)
    assert "sales.xlsb#Umsätze: is a damaged workbook" in report.faults[0] and "save it as .xlsx" in report.faults[0]
