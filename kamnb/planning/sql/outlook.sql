-- What lies ahead of each account: open deals past the day on which they were expected, the budget of the fiscal year beside what
-- was invoiced in the year before, and what is forecast of the year after. Of what is stated the row of the year counts, else its
-- four quarters, else its twelve months, each as last stated, found for each member of a group and then added up.
WITH deals AS (
    SELECT account_id, count(*) AS deals_past_due, sum(amount * probability) AS pipeline_past_due
    FROM opportunities
    WHERE deal_state(outcome, closed) = 'open' AND expected_close < getvariable('as_of')
    GROUP BY account_id
),
latest AS (
    SELECT account_id, member_id, kind, period, amount, $year_start + to_months(CASE kind WHEN 'forecast' THEN 12 ELSE 0 END) AS starts_on
    FROM targets
    WHERE account_id IS NOT NULL AND kind IN ('budget', 'forecast') AND measure = 'revenue'
    QUALIFY stated_on IS NOT DISTINCT FROM max(stated_on) OVER (PARTITION BY account_id, member_id, kind, period)
),
stated AS (
    SELECT
        account_id, member_id, kind, period, sum(amount) AS amount,
        CASE WHEN period LIKE '____-Q_' THEN 4 WHEN period LIKE '____-__' THEN 12 ELSE 1 END AS in_year
    FROM latest
    WHERE CASE
        WHEN period LIKE '____-__' AND period NOT LIKE '____-Q_' THEN (period || '-01')::DATE >= starts_on
            AND (period || '-01')::DATE < starts_on + INTERVAL 12 MONTH
        ELSE left(period, 4)::INTEGER = year(starts_on)
    END
    GROUP BY account_id, member_id, kind, period
),
whole AS (
    SELECT account_id, member_id, kind, sum(amount) AS amount
    FROM stated
    GROUP BY account_id, member_id, kind, in_year
    HAVING count(*) = in_year
    QUALIFY row_number() OVER (PARTITION BY account_id, member_id, kind ORDER BY in_year) = 1
),
aims AS (
    SELECT
        account_id, sum(amount) FILTER (kind = 'budget') AS budget_year, sum(amount) FILTER (kind = 'forecast') AS forecast_next
    FROM whole
    GROUP BY account_id
),
reach AS (
    SELECT date_trunc('month', min(date)) <= $year_start - INTERVAL 12 MONTH AS is_covered FROM invoices
),
sold AS (
    SELECT account_id, sum(amount) AS revenue_last_year
    FROM invoices
    WHERE date >= $year_start - INTERVAL 12 MONTH AND date < $year_start
    GROUP BY account_id
)
SELECT
    account_id, coalesce(deals_past_due, 0) AS deals_past_due, pipeline_past_due, budget_year, forecast_next,
    CASE WHEN is_covered AND budget_year IS NOT NULL THEN coalesce(revenue_last_year, 0) END AS revenue_last_year
FROM portfolio
CROSS JOIN reach
LEFT JOIN deals USING (account_id)
LEFT JOIN aims USING (account_id)
LEFT JOIN sold USING (account_id)
ORDER BY account_id
