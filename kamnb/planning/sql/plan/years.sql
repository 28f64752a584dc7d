-- needs: invoices
-- Five fiscal years: two back, this one, two ahead. Actual revenue and margin, and what was targeted and forecast.
WITH days AS (
    SELECT getvariable('as_of') - to_months($fiscal_year_start - 1) AS today
),
years AS (
    SELECT year(today)::INTEGER + unnest(range(-2, 3))::INTEGER AS fiscal_year FROM days
),
sold AS (
    SELECT year(date - to_months($fiscal_year_start - 1)) AS fiscal_year, sum(amount) AS revenue,
        CASE WHEN count(cost) = count(*) THEN sum(amount) - sum(cost) END AS margin
    FROM invoices
    WHERE account_id = $account_id
    GROUP BY ALL
),
stated AS (
    SELECT try_cast(period AS INTEGER) AS fiscal_year, kind, sum(amount) AS amount
    FROM (
        SELECT *, rank() OVER (PARTITION BY period, kind ORDER BY stated_on DESC NULLS LAST) AS newest
        FROM targets
        WHERE account_id = $account_id AND measure = 'revenue' AND length(period) = 4
    )
    WHERE newest = 1
    GROUP BY ALL
)
SELECT years.fiscal_year,
    years.fiscal_year || CASE WHEN $fiscal_year_start = 1 THEN '' ELSE '/' || right((years.fiscal_year + 1)::VARCHAR, 2) END AS label,
    sold.revenue, sold.margin,
    max(stated.amount) FILTER (stated.kind = 'target') AS target,
    max(stated.amount) FILTER (stated.kind = 'forecast') AS forecast
FROM years
LEFT JOIN sold USING (fiscal_year)
LEFT JOIN stated USING (fiscal_year)
GROUP BY years.fiscal_year, sold.revenue, sold.margin
ORDER BY years.fiscal_year
