-- Revenue of the last 24 months by account and rolling month; a month without invoices is not there.
SELECT account_id, month, sum(revenue) AS revenue
FROM measured.days
JOIN measured.calendar USING (date)
WHERE month < 24
GROUP BY account_id, month
