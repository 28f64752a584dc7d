-- Every account of the portfolio: in the master data, invoiced, in the ledger or in the pipeline; also where no row of it
-- could be read.
SELECT account_id FROM accounts
UNION
SELECT account_id FROM invoices
UNION
SELECT account_id FROM open_items
UNION
SELECT account_id FROM opportunities
UNION
SELECT account_id FROM lost WHERE account_id IS NOT NULL AND of_table IN ('accounts', 'invoices', 'open_items', 'opportunities')
