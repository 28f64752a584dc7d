-- Lateness of what was due of late against what was due before: medians, and what the rank test needs. By due date, for of
-- what was paid soon after an account, or its table, begins only what came quickly can be there.
WITH compared AS (
    SELECT account_id, days, due_date > getvariable('as_of') - to_months($recent_months) AS is_recent
    FROM payments
    WHERE due_date > getvariable('as_of') - to_months($recent_months + $before_months) AND due_date <= getvariable('as_of')
),
-- Payments that are equally late share the mean of their ranks.
ranked AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY account_id, days)::DOUBLE AS alike,
        rank() OVER (PARTITION BY account_id ORDER BY days) + (alike - 1) / 2 AS place
    FROM compared
)
SELECT
    account_id,
    count(*) FILTER (is_recent) AS payments_recent,
    count(*) FILTER (NOT is_recent) AS payments_before,
    median(days) FILTER (is_recent) AS lateness_recent,
    median(days) FILTER (NOT is_recent) AS lateness_before,
    sum(place) FILTER (is_recent) AS rank_sum,
    sum(alike ** 2 - 1) AS ties
FROM ranked
GROUP BY account_id
ORDER BY account_id
