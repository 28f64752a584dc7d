-- needs: invoices
-- What we put into the account and what it gave, in windows of twelve months that end on the day; the oldest first.
-- What rests on rows that were lost is unknown.
WITH windows AS (
    SELECT
        years,
        (getvariable('as_of') - to_months(12 * years + 12))::DATE AS after,
        (getvariable('as_of') - to_months(12 * years))::DATE AS until
    FROM range(3) AS back(years)
),
reach AS (
    SELECT min(date) AS first_day FROM invoices
),
sold AS (
    SELECT years, sum(amount) AS revenue, CASE WHEN count(cost) = count(*) THEN sum(amount) - sum(cost) END AS margin
    FROM invoices JOIN windows ON date > after AND date <= until
    WHERE account_id = $account_id
    GROUP BY years
),
met AS (
    SELECT years, sum(hours) AS hours
    FROM interactions JOIN windows ON date > after AND date <= until
    WHERE account_id = $account_id
    GROUP BY years
),
served AS (
    SELECT years, sum(amount) AS cost_to_serve
    FROM costs_to_serve JOIN windows ON date > after AND date <= until
    WHERE account_id = $account_id
    GROUP BY years
)
SELECT
    until,
    CASE WHEN NOT is_lost('interactions', $account_id, ['hours'], after, until) THEN hours END AS hours,
    CASE WHEN NOT is_lost('costs_to_serve', $account_id, [], after, until) THEN cost_to_serve END AS cost_to_serve,
    CASE WHEN NOT is_lost('invoices', $account_id, [], after, until) THEN coalesce(revenue, 0) END AS revenue,
    CASE WHEN NOT is_lost('invoices', $account_id, ['cost'], after, until) THEN margin END AS margin
FROM windows
LEFT JOIN sold USING (years)
LEFT JOIN met USING (years)
LEFT JOIN served USING (years)
WHERE after >= (SELECT first_day - 31 FROM reach)
ORDER BY until
