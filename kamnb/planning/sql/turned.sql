-- The revenue of the days that fell out of the twelve months since $since, and of those that came in, by account.
WITH bounds AS (
    SELECT
        $since::DATE AS since,
        (getvariable('as_of') - INTERVAL 12 MONTH)::DATE AS year_ago,
        ($since::DATE - INTERVAL 12 MONTH)::DATE AS first
),
lines AS (
    SELECT account_id, date > greatest(since, year_ago) AS is_now, amount, bounds.*
    FROM invoices, bounds
    WHERE (date > first AND date <= least(since, year_ago)) OR date > greatest(since, year_ago)
)
SELECT
    account_id,
    is_now,
    CASE WHEN is_now THEN strftime(any_value(greatest(since, year_ago)) + 1, '%Y-%m-%d') || ' to ' || getvariable('as_of')
        ELSE strftime(any_value(first) + 1, '%Y-%m-%d') || ' to ' || any_value(least(since, year_ago)) END AS what,
    sum(amount)::DOUBLE AS revenue
FROM lines
GROUP BY account_id, is_now
ORDER BY account_id, is_now
