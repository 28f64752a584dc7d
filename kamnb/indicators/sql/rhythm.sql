-- When an account was invoiced: tenure, recency, months and quarters, and the order days of the last twelve months against
-- those of the years before. Who was invoiced as soon as the table begins may have bought long before: its tenure is unknown,
-- at least so long.
WITH sold AS (
    SELECT account_id, date
    FROM measured.days
    WHERE is_sold
),
-- A set of months is a number here, one bit each: counting its bits is far cheaper than counting different months.
rhythms AS (
    SELECT
        account_id,
        min(date) AS first_day,
        max(date) AS last_day,
        bit_count(bit_or(1 << month) FILTER (month < 12)) AS months_active,
        bit_count(bit_or(1 << month // 3) FILTER (month < 12)) AS quarters_active,
        count(*) FILTER (date > getvariable('year_ago')) AS days_ltm,
        count(*) FILTER (date <= getvariable('year_ago')) - 1 AS gaps
    FROM sold
    LEFT JOIN measured.calendar USING (date)
    GROUP BY account_id
),
-- The first day opens the years before and is none of the orders within them.
expected AS (
    SELECT
        *,
        CASE WHEN gaps >= getvariable('least_gaps') THEN
            gaps * (getvariable('as_of') - getvariable('year_ago')) / (getvariable('year_ago') - first_day)
        END AS orders
    FROM rhythms
)
SELECT
    account_id,
    coalesce(months_active, 0) AS months_active,
    coalesce(quarters_active, 0) AS quarters_active,
    CASE WHEN orders IS NOT NULL THEN least(1, days_ltm / greatest(floor(round(orders, 6)), 1)) END AS order_regularity,
    coalesce(since, first_day) AS begun_on,
    (getvariable('as_of') - begun_on) / 365.25 AS tenure_at_least,
    CASE WHEN since IS NOT NULL OR first_day - (SELECT min(date) FROM measured.days) > getvariable('ledger_slack_days')
        THEN tenure_at_least
    END AS tenure,
    getvariable('as_of') - last_day AS days_since_invoice
FROM measured.portfolio
LEFT JOIN (
    SELECT account_id, CASE WHEN customer_since <= getvariable('as_of') THEN customer_since END AS since FROM accounts
) USING (account_id)
LEFT JOIN expected USING (account_id)
