-- What was paid: lines of one invoice that were due and paid on the same days are one payment. Days late may be negative.
SELECT account_id, due_date, paid_date, paid_date - due_date AS days
FROM invoices
WHERE due_date IS NOT NULL AND paid_date IS NOT NULL
GROUP BY account_id, coalesce(invoice_id, date::VARCHAR), due_date, paid_date
HAVING sum(amount) > 0
