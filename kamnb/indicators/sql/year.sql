-- The fiscal year to date against its target and forecast, by revenue and by margin. A fiscal year has the name of the calendar year in which it begins;
-- quarters are those of the fiscal year. What is stated for the members of a group is found for each of them, then added up.
WITH calendar AS (
    SELECT 'year' AS grain, year(getvariable('fiscal_start'))::VARCHAR AS period, getvariable('fiscal_start') AS starts_on, 12 AS months
    UNION ALL
    SELECT
        'quarter', year(getvariable('fiscal_start')) || '-Q' || (quarter + 1),
        (getvariable('fiscal_start') + to_months(3 * quarter))::DATE, 3
    FROM range(4) AS quarters(quarter)
    UNION ALL
    SELECT 'month', strftime(getvariable('fiscal_start') + to_months(month), '%Y-%m'), (getvariable('fiscal_start') + to_months(month))::DATE, 1
    FROM range(12) AS months(month)
),
-- How much of each period has passed, and how many periods a whole year and the year to date have.
passed AS (
    SELECT
        grain, period, starts_on,
        least(1, greatest(0, (getvariable('as_of') - starts_on + 1) / ((starts_on + to_months(months))::DATE - starts_on))) AS share,
        count(*) OVER (PARTITION BY grain) AS in_year,
        count(*) FILTER (starts_on <= getvariable('as_of')) OVER (PARTITION BY grain) AS to_date
    FROM calendar
),
latest AS (
    SELECT account_id, member_id, measure, kind, period, amount
    FROM targets
    WHERE account_id IS NOT NULL
    QUALIFY stated_on IS NOT DISTINCT FROM max(stated_on) OVER (PARTITION BY account_id, member_id, measure, kind, period)
),
stated AS (
    SELECT account_id, member_id, measure, kind, period, sum(amount) AS amount FROM latest GROUP BY ALL
),
grains AS (
    SELECT
        account_id, member_id, measure, kind, grain,
        CASE WHEN count(*) = any_value(in_year) THEN sum(amount) END AS whole,
        CASE WHEN count(*) FILTER (starts_on <= getvariable('as_of')) = any_value(to_date)
            THEN sum(amount::DOUBLE * share ORDER BY starts_on)
        END AS so_far
    FROM stated
    JOIN passed USING (period)
    GROUP BY account_id, member_id, measure, kind, grain
),
-- For the year its own row first, then those of its quarters, then of its months; to date the other way round.
stated_for AS (
    SELECT
        account_id, member_id, measure, kind,
        coalesce(
            max(whole) FILTER (grain = 'year'), max(whole) FILTER (grain = 'quarter'), max(whole) FILTER (grain = 'month')
        ) AS whole,
        coalesce(
            max(so_far) FILTER (grain = 'month'), max(so_far) FILTER (grain = 'quarter'), max(so_far) FILTER (grain = 'year')
        ) AS so_far
    FROM grains
    GROUP BY account_id, member_id, measure, kind
),
aimed AS (
    SELECT
        account_id,
        sum(whole) FILTER (measure = 'revenue' AND kind = 'target') AS target_year,
        sum(so_far ORDER BY member_id) FILTER (measure = 'revenue' AND kind = 'target') AS target_to_date,
        sum(whole) FILTER (measure = 'revenue' AND kind = 'forecast') AS forecast_year,
        sum(whole) FILTER (measure = 'margin' AND kind = 'target') AS margin_target_year,
        sum(so_far ORDER BY member_id) FILTER (measure = 'margin' AND kind = 'target') AS margin_target_to_date,
        sum(whole) FILTER (measure = 'margin' AND kind = 'forecast') AS margin_forecast_year
    FROM stated_for
    GROUP BY account_id
),
sold AS (
    SELECT account_id, sum(revenue) AS revenue FROM measured.days WHERE date >= getvariable('fiscal_start') GROUP BY account_id
),
earned AS (
    SELECT account_id, sum(amount) - sum(cost) AS margin, count(cost) = count(*) AS cost_is_known
    FROM invoices
    WHERE date >= getvariable('fiscal_start')
    GROUP BY account_id
)
SELECT
    account_id,
    coalesce(revenue, 0) AS revenue_ytd,
    target_year,
    target_to_date,
    coalesce(revenue, 0)::DOUBLE - target_to_date AS gap_to_target,
    CASE WHEN target_to_date > 0 THEN coalesce(revenue, 0)::DOUBLE / target_to_date END AS ytd_target_attainment,
    forecast_year,
    CASE WHEN coalesce(cost_is_known, true) THEN coalesce(margin, 0) END AS margin_ytd,
    margin_target_year,
    margin_target_to_date,
    CASE WHEN coalesce(cost_is_known, true) THEN coalesce(margin, 0) END::DOUBLE - margin_target_to_date AS margin_gap_to_target,
    margin_forecast_year
FROM measured.portfolio
LEFT JOIN sold USING (account_id)
LEFT JOIN earned USING (account_id)
LEFT JOIN aimed USING (account_id)
