-- Whether the dates of the costs to serve reach over the twelve months: at either end so many days may be without a cost
-- as they are elsewhere in the table, such as a quarter where they are booked by the quarter.
WITH days AS (
    SELECT DISTINCT date FROM costs_to_serve
),
steps AS (
    SELECT date, date - lag(date) OVER (ORDER BY date) AS gap FROM days
),
reach AS (
    SELECT min(date) AS first_day, max(date) AS last_day, least(coalesce(max(gap), 0), $slack_days) AS slack FROM steps
),
year AS (
    SELECT (getvariable('as_of') - INTERVAL 12 MONTH)::DATE + 1 AS starts_on
)
SELECT
    first_day, last_day, starts_on,
    coalesce(first_day - starts_on <= slack AND getvariable('as_of') - last_day <= slack, false) AS is_covered
FROM reach, year
