-- Revenue of the last 24 months by account and rolling month; a month without invoices is not there.
SELECT account_id, month, sum(amount) AS revenue
FROM invoices
JOIN measured.calendar USING (date)
GROUP BY account_id, month
