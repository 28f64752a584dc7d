-- Lateness by span of months, counted back from the day, and by due date: of what was paid soon after an account, or its table,
-- begins only what came quickly can be there. What is due and not paid counts as late as it is by now, which is too little.
WITH bills AS (
    SELECT account_id, due_date, coalesce(paid_date, getvariable('as_of')) - due_date AS days
    FROM invoices
    WHERE due_date <= getvariable('as_of')
    GROUP BY account_id, coalesce(invoice_id, date::VARCHAR), due_date, paid_date
    HAVING sum(amount) > 0 AND NOT (paid_date IS NULL AND coalesce(bool_or(disputed), false))
),
spans AS (
    SELECT
        span,
        getvariable('as_of') - to_months($recent_months * (span + 1)) AS after,
        getvariable('as_of') - to_months($recent_months * span) AS until
    FROM (SELECT unnest(range($spans + 1)) AS span)
)
SELECT account_id, span, median(days)::DOUBLE AS lateness, count(*) AS payments
FROM bills
JOIN spans ON due_date > after AND due_date <= until
GROUP BY account_id, span
ORDER BY account_id, span
