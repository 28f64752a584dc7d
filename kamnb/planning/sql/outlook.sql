-- What lies ahead of each account: open deals past the day on which they were expected, and the budget of the fiscal year beside
-- what was invoiced in the year before. Of a budget the row of the year counts, else its four quarters, else its twelve months,
-- each as last stated, found for each member of a group and then added up.
WITH deals AS (
    SELECT account_id, count(*) AS deals_past_due, sum(amount * probability) AS pipeline_past_due
    FROM opportunities
    WHERE deal_state(outcome, closed) = 'open' AND expected_close < getvariable('as_of')
    GROUP BY account_id
),
latest AS (
    SELECT account_id, member_id, period, amount
    FROM targets
    WHERE account_id IS NOT NULL AND kind = 'budget' AND measure = 'revenue'
    QUALIFY stated_on IS NOT DISTINCT FROM max(stated_on) OVER (PARTITION BY account_id, member_id, period)
),
stated AS (
    SELECT
        account_id, member_id, period, sum(amount) AS amount,
        CASE WHEN period LIKE '____-Q_' THEN 4 WHEN period LIKE '____-__' THEN 12 ELSE 1 END AS in_year
    FROM latest
    WHERE CASE
        WHEN period LIKE '____-__' AND period NOT LIKE '____-Q_' THEN (period || '-01')::DATE >= $year_start
            AND (period || '-01')::DATE < $year_start + INTERVAL 12 MONTH
        ELSE left(period, 4)::INTEGER = year($year_start)
    END
    GROUP BY account_id, member_id, period
),
whole AS (
    SELECT account_id, member_id, sum(amount) AS amount
    FROM stated
    GROUP BY account_id, member_id, in_year
    HAVING count(*) = in_year
    QUALIFY row_number() OVER (PARTITION BY account_id, member_id ORDER BY in_year) = 1
),
budgets AS (
    SELECT account_id, sum(amount) AS budget_year FROM whole GROUP BY account_id
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
    account_id, coalesce(deals_past_due, 0) AS deals_past_due, pipeline_past_due, budget_year,
    CASE WHEN is_covered AND budget_year IS NOT NULL THEN coalesce(revenue_last_year, 0) END AS revenue_last_year
FROM portfolio
CROSS JOIN reach
LEFT JOIN deals USING (account_id)
LEFT JOIN budgets USING (account_id)
LEFT JOIN sold USING (account_id)
ORDER BY account_id
