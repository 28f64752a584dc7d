-- Lateness by month of due dates, counted back from the day: days late in all, and of how many payments. What is due and not paid
-- counts as late as it is by now, which is too little. What is further off the median of an account than its payments scatter
-- counts as so far, so that one invoice forgotten for a year does not decide.
WITH bills AS (
    SELECT account_id, due_date, coalesce(paid_date, getvariable('as_of')) - due_date AS days
    FROM invoices
    WHERE due_date <= getvariable('as_of')
    GROUP BY account_id, coalesce(invoice_id, date::VARCHAR), due_date, paid_date
    HAVING sum(amount) > 0 AND NOT (paid_date IS NULL AND coalesce(bool_or(disputed), false))
),
months AS (
    SELECT
        month,
        getvariable('as_of') - to_months(month + 1) AS after,
        getvariable('as_of') - to_months(month) AS until
    FROM (SELECT unnest(range($drift_months)) AS month)
),
dated AS (FROM bills JOIN months ON due_date > after AND due_date <= until),
middle AS (
    SELECT account_id, median(days) AS usual FROM dated WHERE month >= $recent_months GROUP BY account_id
),
reach AS (
    SELECT account_id, usual, greatest($forgotten_scatters * median(abs(days - usual)), $forgotten_days) AS most
    FROM dated
    JOIN middle USING (account_id)
    WHERE month >= $recent_months
    GROUP BY account_id, usual
)
SELECT
    account_id,
    month,
    sum(greatest(least(days, coalesce(usual + most, days)), coalesce(usual - most, days)))::DOUBLE AS days,
    count(*)::DOUBLE AS payments
FROM dated
LEFT JOIN reach USING (account_id)
GROUP BY account_id, month
ORDER BY account_id, month
