-- Invoices by account and day, from which months and rhythm are taken: the one pass over all lines. A line above zero
-- makes a day an invoice day.
SELECT account_id, date, sum(amount) AS revenue, bool_or(amount > 0) AS is_sold
FROM invoices
GROUP BY account_id, date
