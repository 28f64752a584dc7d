-- Which windows the dates of the invoices reach over. A few days without an invoice at either end of a
-- window do not count, provided the table has gaps that wide elsewhere: nobody bills on New Year's Day.
WITH days AS (
    SELECT DISTINCT date FROM invoices
),
steps AS (
    SELECT date, date - lag(date) OVER (ORDER BY date) AS gap FROM days
),
reach AS (
    SELECT
        min(date) AS first_day,
        max(date) AS last_day,
        least(coalesce(max(gap), 0), getvariable('slack_days')) AS slack
    FROM steps
),
windows AS (
    SELECT 'twelve months' AS covers, getvariable('year_ago') + 1 AS starts_on
    UNION ALL
    SELECT 'two years', getvariable('two_years_ago') + 1
    UNION ALL
    SELECT 'three years', getvariable('three_years_ago') + 1
    UNION ALL
    SELECT 'year to date', getvariable('fiscal_start')
)
SELECT
    covers, starts_on, first_day, last_day,
    first_day - starts_on <= slack AND getvariable('as_of') - last_day <= slack AS is_covered
FROM windows, reach
UNION ALL
SELECT 'some of twelve months', getvariable('year_ago') + 1, first_day, last_day, last_day > getvariable('year_ago')
FROM reach
