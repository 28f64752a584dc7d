-- Revenue and order days (days with a line above 0) by account and rolling month, 36 months back.
SELECT account_id, month, sum(revenue)::DOUBLE AS revenue, count(*) FILTER (is_sold)::DOUBLE AS days
FROM measured.days
JOIN measured.calendar USING (date)
GROUP BY account_id, month
