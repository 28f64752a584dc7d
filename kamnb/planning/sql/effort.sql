-- Hours that our side spent on each account in twelve months, and where they are from. Periods are named as those of targets.
WITH begun AS (
    SELECT
        account_id, manager_id, hours, share,
        CASE
            WHEN period LIKE '____-Q_' THEN make_date(left(period, 4)::INTEGER, $fiscal_year_start, 1) + to_months(3 * right(period, 1)::INTEGER - 3)
            WHEN period LIKE '____-__' THEN make_date(left(period, 4)::INTEGER, right(period, 2)::INTEGER, 1)
            ELSE make_date(period::INTEGER, $fiscal_year_start, 1)
        END AS starts_on
    FROM efforts
),
stated AS (
    SELECT
        account_id,
        coalesce(hours, share * capacity_hours) AS hours,
        CASE WHEN hours IS NOT NULL THEN 'logged hours' ELSE 'declared shares of capacity' END AS source
    FROM begun LEFT JOIN managers USING (manager_id)
    WHERE starts_on > getvariable('as_of') - INTERVAL 12 MONTH AND starts_on <= getvariable('as_of')
),
met AS (
    SELECT account_id, hours, 'hours of interactions' AS source
    FROM interactions
    WHERE date > getvariable('as_of') - INTERVAL 12 MONTH AND NOT EXISTS (FROM stated WHERE hours IS NOT NULL)
)
SELECT account_id, sum(hours ORDER BY hours) AS effort_hours, string_agg(DISTINCT source, ' and ' ORDER BY source) AS source
FROM (FROM stated UNION ALL FROM met)
WHERE hours IS NOT NULL
GROUP BY account_id
ORDER BY account_id
