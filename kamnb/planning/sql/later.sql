-- What was open past the day by which nearly all payments of each account come: today, and the most of it at month ends before.
WITH usual AS (
    SELECT account_id, greatest(ceil(round(quantile_cont(days, $later_part), 6)), 0)::INTEGER AS days
    FROM payments
    WHERE paid_date > getvariable('as_of') - to_months($history_months)
    GROUP BY account_id
    HAVING count(*) >= $least_payments
),
bills AS (
    SELECT account_id, due_date, paid_date, min(date) AS billed_on, sum(amount)::DOUBLE AS amount
    FROM invoices
    GROUP BY account_id, coalesce(invoice_id, date::VARCHAR), due_date, paid_date
    HAVING sum(amount) > 0 AND NOT coalesce(bool_or(disputed), false)
),
ends AS (
    SELECT back, (getvariable('as_of') - to_months(back))::DATE AS day FROM (SELECT unnest(range($later_months + 1)) AS back)
),
owed AS (
    SELECT account_id, back, sum(amount) AS amount, count(*) AS items
    FROM bills
    JOIN usual USING (account_id)
    JOIN ends ON bills.due_date + usual.days < ends.day AND coalesce(paid_date > ends.day, true) AND billed_on <= ends.day
    GROUP BY account_id, back
)
SELECT
    account_id,
    any_value(usual.days)::DOUBLE AS later_days,
    coalesce(sum(amount) FILTER (back = 0), 0)::DOUBLE AS later_now,
    coalesce(sum(items) FILTER (back = 0), 0)::DOUBLE AS later_items,
    coalesce(max(amount) FILTER (back > 0), 0)::DOUBLE AS later_most
FROM usual
LEFT JOIN owed USING (account_id)
GROUP BY account_id
ORDER BY account_id
