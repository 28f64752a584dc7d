-- The days of the last 36 months by rolling month: month 0 ends on the day, months 0 to 11 are the last twelve months,
-- 12 to 23 the twelve before, 24 to 35 those before them. Where the day ends its month, so do all of them: with bills at the end of May and June,
-- neither month holds two.
WITH days AS (
    SELECT unnest(generate_series(getvariable('three_years_ago') + 1, getvariable('as_of'), INTERVAL 1 DAY))::DATE AS date
)
SELECT
    date,
    datediff('month', date, getvariable('as_of')) - (
        day(date) > day(getvariable('as_of'))
        AND (month(date) = month(getvariable('as_of')) OR getvariable('as_of') < last_day(getvariable('as_of')))
    )::INTEGER AS month
FROM days
