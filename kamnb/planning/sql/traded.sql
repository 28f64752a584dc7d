-- What was invoiced in two windows that differ between the twelve months to $since and those to the day, at the rates of the
-- lines and at those of the days a year (or, over more than a year, the time between) before.
WITH bounds AS (
    SELECT
        $since::DATE AS since,
        (getvariable('as_of') - INTERVAL 12 MONTH)::DATE AS year_ago,
        ($since::DATE - INTERVAL 12 MONTH)::DATE AS first
),
lines AS (
    SELECT
        account_id,
        date > greatest(since, year_ago) AS is_now,
        offering_id,
        quantity::DECIMAL(38,6) AS quantity,
        amount,
        cost,
        currency,
        date,
        CASE WHEN since >= year_ago THEN (date - INTERVAL 12 MONTH)::DATE
            ELSE date - (getvariable('as_of') - since)::INTEGER END AS earlier
    FROM invoices, bounds
    WHERE (date > first AND date <= least(since, year_ago)) OR date > greatest(since, year_ago)
)
SELECT
    account_id,
    is_now,
    coalesce(offering_id, '') AS offering_id,
    quantity IS NOT NULL AND offering_id IS NOT NULL AS is_counted,
    coalesce(quantity > 0 AND amount >= 0 AND offering_id IS NOT NULL, false) AS is_sale,
    {rate} AS rate,
    {earlier_rate} AS earlier_rate,
    sum(quantity) AS quantity,
    sum(amount) AS amount,
    sum(abs(amount)) AS size,
    sum(cost) AS cost,
    count(cost) = count(*) AS has_cost
FROM lines
GROUP BY ALL
ORDER BY ALL
