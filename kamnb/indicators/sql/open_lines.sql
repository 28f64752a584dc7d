-- What is unpaid: the ledger where given (gross), else invoice lines that are open (net).
-- A credit without due date is not due.
SELECT account_id, coalesce(due_date, CASE WHEN open_amount < 0 THEN getvariable('as_of') END) AS due_date, open_amount AS amount
FROM open_items
WHERE getvariable('from_ledger')
UNION ALL
SELECT account_id, coalesce(due_date, CASE WHEN amount < 0 THEN getvariable('as_of') END), amount
FROM invoices
WHERE is_open AND NOT getvariable('from_ledger')
