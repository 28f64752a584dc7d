-- Every account of the portfolio: in the master data, invoiced, in the ledger or in the pipeline.
SELECT account_id FROM accounts
UNION
SELECT account_id FROM invoices
UNION
SELECT account_id FROM open_items
UNION
SELECT account_id FROM opportunities
