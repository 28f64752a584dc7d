-- The fiscal year to date against its target. A fiscal year has the name of the calendar year in which it begins;
-- quarters are those of the fiscal year.
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
    SELECT account_id, period, amount
    FROM targets
    WHERE account_id IS NOT NULL AND measure = 'revenue' AND kind = 'target'
    QUALIFY stated_on IS NOT DISTINCT FROM max(stated_on) OVER (PARTITION BY account_id, period)
),
stated AS (
    SELECT account_id, period, sum(amount) AS amount FROM latest GROUP BY account_id, period
),
grains AS (
    SELECT
        account_id, grain,
        CASE WHEN count(*) = any_value(in_year) THEN sum(amount) END AS target_year,
        CASE WHEN count(*) FILTER (starts_on <= getvariable('as_of')) = any_value(to_date)
            THEN sum(amount::DOUBLE * share ORDER BY starts_on)
        END AS target_to_date
    FROM stated
    JOIN passed USING (period)
    GROUP BY account_id, grain
),
-- For the year its own target first, then that of its quarters, then of its months; to date the other way round.
targeted AS (
    SELECT
        account_id,
        coalesce(
            max(target_year) FILTER (grain = 'year'),
            max(target_year) FILTER (grain = 'quarter'),
            max(target_year) FILTER (grain = 'month')
        ) AS target_year,
        coalesce(
            max(target_to_date) FILTER (grain = 'month'),
            max(target_to_date) FILTER (grain = 'quarter'),
            max(target_to_date) FILTER (grain = 'year')
        ) AS target_to_date
    FROM grains
    GROUP BY account_id
),
sold AS (
    SELECT account_id, sum(revenue) AS revenue FROM measured.days WHERE date >= getvariable('fiscal_start') GROUP BY account_id
)
SELECT
    account_id,
    coalesce(revenue, 0) AS revenue_ytd,
    target_year,
    CASE WHEN target_to_date > 0 THEN coalesce(revenue, 0)::DOUBLE / target_to_date END AS ytd_target_attainment
FROM measured.portfolio
LEFT JOIN sold USING (account_id)
LEFT JOIN targeted USING (account_id)
