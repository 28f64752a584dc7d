-- Invoices by account and rolling month, in one pass: month 0 ends on the day, months 0 to 11 are the last twelve
-- months, 12 to 23 the twelve before; 24 holds all that is earlier. Where the day ends its month, so do all of them:
-- with bills at the end of May and June, neither month holds two. A line above zero makes a day an invoice day.
SELECT
    account_id,
    least(
        datediff('month', date, getvariable('as_of')) - (
            day(date) > day(getvariable('as_of'))
            AND (month(date) = month(getvariable('as_of')) OR getvariable('as_of') < last_day(getvariable('as_of')))
        )::INTEGER,
        24
    ) AS month,
    sum(amount) AS revenue,
    sum(cost) AS cost,
    bool_and(cost IS NOT NULL) AS cost_is_known,
    min(date) FILTER (amount > 0) AS first_day,
    max(date) FILTER (amount > 0) AS last_day
FROM invoices
GROUP BY ALL
