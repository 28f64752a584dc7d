-- needs: invoices
-- Five fiscal years: two back, this one, two ahead. Actual revenue and margin, and what was targeted and forecast, for each
-- member of a group and then added up: by the row of the year, else by its four quarters, else by its twelve months, each as
-- last stated. A year that began before the table of invoices, or after it ended, has no actual figures; in others an account
-- without invoices has 0. What rests on rows that were lost is unknown.
WITH days AS (
    SELECT getvariable('as_of') - to_months($fiscal_year_start - 1) AS today
),
years AS (
    SELECT year(today)::INTEGER + unnest(range(-2, 3))::INTEGER AS fiscal_year FROM days
),
reach AS (
    SELECT date_trunc('month', min(date)) AS first_month, max(date) AS last_day, count(cost) > 0 AS has_cost FROM invoices
),
sold AS (
    SELECT year(date - to_months($fiscal_year_start - 1)) AS fiscal_year, sum(amount) AS revenue,
        sum(amount) - sum(cost) AS margin, count(cost) = count(*) AS cost_is_known
    FROM invoices
    WHERE account_id = $account_id
    GROUP BY ALL
),
latest AS (
    SELECT member_id, measure, kind, period, amount
    FROM targets
    WHERE account_id = $account_id
    QUALIFY stated_on IS NOT DISTINCT FROM max(stated_on) OVER (PARTITION BY member_id, measure, kind, period)
),
-- Quarters are those of the fiscal year; a month belongs to the fiscal year in which it lies.
stated AS (
    SELECT
        member_id, measure, kind, period, sum(amount) AS amount,
        CASE WHEN period LIKE '____-Q_' THEN 4 WHEN period LIKE '____-__' THEN 12 ELSE 1 END AS in_year,
        CASE in_year
            WHEN 12 THEN year((period || '-01')::DATE - to_months($fiscal_year_start - 1))
            ELSE left(period, 4)::INTEGER
        END AS fiscal_year
    FROM latest
    GROUP BY member_id, measure, kind, period
),
whole AS (
    SELECT member_id, measure, kind, fiscal_year, in_year, sum(amount) AS amount
    FROM stated
    GROUP BY member_id, measure, kind, fiscal_year, in_year
    HAVING count(*) = in_year
    QUALIFY row_number() OVER (PARTITION BY member_id, measure, kind, fiscal_year ORDER BY in_year) = 1
),
aimed AS (
    SELECT
        fiscal_year,
        sum(amount) FILTER (measure = 'revenue' AND kind = 'target') AS target,
        sum(amount) FILTER (measure = 'revenue' AND kind = 'forecast') AS forecast,
        sum(amount) FILTER (measure = 'revenue' AND kind = 'budget') AS budget,
        sum(amount) FILTER (measure = 'margin' AND kind = 'target') AS margin_target
    FROM whole
    GROUP BY fiscal_year
)
SELECT years.fiscal_year,
    years.fiscal_year || CASE WHEN $fiscal_year_start = 1 THEN '' ELSE '/' || right((years.fiscal_year + 1)::VARCHAR, 2) END AS label,
    CASE WHEN is_covered AND NOT is_lost('invoices', $account_id, [], before, until) THEN coalesce(sold.revenue, 0) END AS revenue,
    CASE WHEN is_covered AND has_cost AND coalesce(cost_is_known, true) AND NOT is_lost('invoices', $account_id, ['cost'], before, until)
        THEN coalesce(sold.margin, 0)
    END AS margin,
    CASE WHEN aims_are_read THEN aimed.target END AS target,
    CASE WHEN aims_are_read THEN aimed.forecast END AS forecast,
    CASE WHEN aims_are_read THEN aimed.budget END AS budget,
    CASE WHEN aims_are_read THEN aimed.margin_target END AS margin_target
FROM (
    SELECT
        *, make_date(fiscal_year, $fiscal_year_start, 1) AS start, start BETWEEN first_month AND last_day AS is_covered,
        start - 1 AS before, (start + INTERVAL 12 MONTH)::DATE - 1 AS until
    FROM years, reach
) AS years
CROSS JOIN (
    SELECT count(*) = 0 AS aims_are_read FROM lost WHERE of_table = 'targets' AND account_id = $account_id
) AS aims
LEFT JOIN sold USING (fiscal_year)
LEFT JOIN aimed USING (fiscal_year)
ORDER BY years.fiscal_year
