-- Size, growth, steadiness and margin.
WITH sold AS (
    SELECT
        account_id,
        coalesce(sum(revenue) FILTER (month < 12), 0) AS revenue_ltm,
        coalesce(sum(revenue) FILTER (month >= 12), 0) AS revenue_prior,
        list_sort(list(revenue::DOUBLE)) AS series  -- sorted: sums of floats hang on the order
    FROM measured.months
    GROUP BY account_id
),
costs AS (
    SELECT account_id, sum(cost) AS cost_ltm, count(cost) = count(*) AS cost_is_known
    FROM invoices
    WHERE date > getvariable('year_ago')
    GROUP BY account_id
),
facts AS (
    SELECT
        account_id,
        accounts.annual_spend,
        accounts.own_growth,
        coalesce(revenue_ltm, 0) AS revenue_ltm,
        coalesce(revenue_prior, 0) AS revenue_prior,
        (revenue_ltm + revenue_prior)::DOUBLE / 24 AS monthly_mean,
        coalesce(series, []) AS series,
        CASE WHEN coalesce(cost_is_known, true) THEN coalesce(revenue_ltm, 0) - coalesce(cost_ltm, 0) END AS margin_ltm
    FROM measured.portfolio
    LEFT JOIN accounts USING (account_id)
    LEFT JOIN sold USING (account_id)
    LEFT JOIN costs USING (account_id)
),
compared AS (
    SELECT
        *,
        CASE WHEN revenue_prior > 0 THEN revenue_ltm::DOUBLE / revenue_prior::DOUBLE - 1 END AS revenue_growth,
        list_sum(list_transform(series, lambda revenue: (revenue - monthly_mean) ** 2)) AS squares,
        24 - len(series) AS months_without
    FROM facts
)
SELECT
    account_id,
    annual_spend,
    own_growth,
    revenue_ltm,
    revenue_prior,
    revenue_growth,
    revenue_growth - own_growth AS relative_growth,
    CASE WHEN monthly_mean > 0 THEN sqrt((squares + months_without * monthly_mean ** 2) / 24) / monthly_mean END
        AS revenue_volatility,
    CASE WHEN revenue_ltm > 0 THEN margin_ltm::DOUBLE / revenue_ltm::DOUBLE END AS gross_margin,
    margin_ltm
FROM compared
