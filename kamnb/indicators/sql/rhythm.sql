-- Invoice days of the last twelve months against the account's own rhythm before them.
WITH days AS (
    SELECT DISTINCT account_id, date FROM invoices WHERE amount > 0
),
steps AS (
    SELECT account_id, date, date - lag(date) OVER (PARTITION BY account_id ORDER BY date) AS gap FROM days
),
rhythms AS (
    SELECT
        account_id,
        count(*) FILTER (date > getvariable('year_ago')) AS days_ltm,
        count(gap) FILTER (date <= getvariable('year_ago')) AS gaps,
        median(gap) FILTER (date <= getvariable('year_ago')) AS rhythm
    FROM steps
    GROUP BY account_id
)
SELECT account_id, least(1, days_ltm * rhythm / 365) AS order_regularity
FROM rhythms
WHERE gaps >= getvariable('least_gaps')
