-- Size, growth, steadiness, tenure, recency and margin, from months.
WITH sold AS (
    SELECT
        account_id,
        coalesce(sum(revenue) FILTER (month < 12), 0) AS revenue_ltm,
        coalesce(sum(revenue) FILTER (month BETWEEN 12 AND 23), 0) AS revenue_prior,
        list(revenue::DOUBLE ORDER BY month) FILTER (month < 24) AS series,
        count(last_day) FILTER (month < 12) AS months_active,
        count(DISTINCT month // 3) FILTER (month < 12 AND last_day IS NOT NULL) AS quarters_active,
        coalesce(sum(cost) FILTER (month < 12), 0) AS cost_ltm,
        coalesce(bool_and(cost_is_known) FILTER (month < 12), true) AS cost_is_known,
        min(first_day) AS first_day,
        max(last_day) AS last_day
    FROM measured.months
    GROUP BY account_id
),
facts AS (
    SELECT
        account_id,
        accounts.annual_spend,
        accounts.own_growth,
        CASE WHEN customer_since <= getvariable('as_of') THEN customer_since END AS customer_since,
        coalesce(revenue_ltm, 0) AS revenue_ltm,
        coalesce(revenue_prior, 0) AS revenue_prior,
        (revenue_ltm + revenue_prior)::DOUBLE / 24 AS monthly_mean,
        coalesce(series, []) AS series,
        coalesce(months_active, 0) AS months_active,
        coalesce(quarters_active, 0) AS quarters_active,
        CASE WHEN coalesce(cost_is_known, true) THEN coalesce(revenue_ltm - cost_ltm, 0) END AS margin_ltm,
        first_day,
        last_day
    FROM measured.portfolio
    LEFT JOIN accounts USING (account_id)
    LEFT JOIN sold USING (account_id)
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
    months_active,
    quarters_active,
    (getvariable('as_of') - coalesce(customer_since, first_day)) / 365.25 AS tenure,
    getvariable('as_of') - last_day AS days_since_invoice,
    CASE WHEN revenue_ltm > 0 THEN margin_ltm::DOUBLE / revenue_ltm::DOUBLE END AS gross_margin,
    margin_ltm
FROM compared
