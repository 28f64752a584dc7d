-- Revenue and cost by account and calendar month; a month without an invoice is zero, but none before the table begins.
WITH reach AS (
    SELECT
        greatest(
            date_trunc('month', min(date)),
            date_trunc('month', getvariable('as_of')) - to_months(getvariable('series_months') - 1)
        )::TIMESTAMP AS first_month
    FROM invoices
),
calendar AS (
    SELECT unnest(generate_series(first_month, date_trunc('month', getvariable('as_of'))::TIMESTAMP, INTERVAL 1 MONTH)) AS month
    FROM reach
),
sold AS (
    SELECT
        account_id,
        date_trunc('month', date)::TIMESTAMP AS month,
        sum(amount) AS revenue,
        CASE WHEN count(cost) = count(*) THEN sum(cost) END AS cost,
        true AS is_sold
    FROM invoices
    WHERE date >= (SELECT first_month FROM reach)
    GROUP BY ALL
),
buyers AS (
    SELECT DISTINCT account_id FROM invoices
)
SELECT
    account_id,
    month,
    coalesce(revenue, 0)::DOUBLE AS revenue,
    CASE WHEN is_sold THEN cost ELSE 0 END::DOUBLE AS cost
FROM buyers
CROSS JOIN calendar
LEFT JOIN sold USING (account_id, month)
ORDER BY account_id, month
