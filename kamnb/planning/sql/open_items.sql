-- Every open item, and when it will be paid if the account pays as it used to. From the ledger where given (gross), else
-- from invoices (net). A disputed item and a credit note are expected on no day. Who pays early is not late before it is due.
WITH history AS (
    FROM payments WHERE paid_date > getvariable('as_of') - to_months($history_months)
),
own AS (
    SELECT account_id, count(*) AS payments, median(days) AS usual FROM history GROUP BY account_id HAVING count(*) >= $least_payments
),
every AS (
    SELECT count(*) AS payments, median(days) AS usual FROM history HAVING count(*) >= $least_payments
),
-- How many payments came on each day: those of the account, else those of all.
lates AS (
    SELECT account_id, days, count(*) AS times FROM history SEMI JOIN own USING (account_id) GROUP BY account_id, days
    UNION ALL
    SELECT NULL, days, count(*) FROM history GROUP BY days
),
disputes AS (
    SELECT DISTINCT account_id, invoice_id, true AS is_disputed FROM invoices WHERE disputed AND invoice_id IS NOT NULL
),
owed AS (
    SELECT account_id, invoice_id, due_date, open_amount AS amount, false AS is_disputed FROM open_items
    UNION ALL
    SELECT account_id, any_value(invoice_id), due_date, sum(amount), coalesce(bool_or(disputed), false)
    FROM invoices
    WHERE is_open AND NOT EXISTS (FROM open_items)
    GROUP BY account_id, coalesce(invoice_id, date::VARCHAR), due_date
),
dated AS (
    SELECT
        row_number() OVER () AS item,
        owed.* EXCLUDE (is_disputed),
        owed.is_disputed OR coalesce(disputes.is_disputed, false) AS is_disputed,
        coalesce(own.payments, every.payments) AS payments,
        CASE WHEN own.payments IS NOT NULL THEN 'own' WHEN every.payments IS NOT NULL THEN 'portfolio' END AS basis,
        due_date + ceil(round(coalesce(own.usual, every.usual), 6))::INTEGER AS usual_on
    FROM owed
    LEFT JOIN own USING (account_id)
    LEFT JOIN every ON true
    LEFT JOIN disputes USING (account_id, invoice_id)
),
-- Of the payments that came as late as an item is by now, or later, such a part came by the day called late. One more than there
-- are is counted, for the item itself is none of them; of fewer than that takes no day is told.
alike AS (
    SELECT
        item,
        days,
        sum(times) OVER (PARTITION BY item ORDER BY days) AS come,
        sum(times) OVER (PARTITION BY item) AS every
    FROM dated
    JOIN lates ON lates.account_id IS NOT DISTINCT FROM CASE WHEN basis = 'own' THEN dated.account_id END
        AND days >= getvariable('as_of') - due_date
),
bounds AS (
    SELECT
        item,
        min(days) FILTER (come >= ceil(round($late_quantile * (every + 1), 6))) AS late,
        min(days) FILTER (come * 2 >= every) AS likely
    FROM alike
    GROUP BY item
),
-- Who always pays early is expected by the due date.
told AS (
    SELECT
        item,
        coalesce(late, CASE WHEN due_date >= getvariable('as_of') THEN 0 END) AS late,
        coalesce(likely, 0) AS likely
    FROM dated
    LEFT JOIN bounds USING (item)
)
SELECT
    account_id,
    invoice_id,
    due_date,
    amount::DOUBLE AS amount,
    getvariable('as_of') - due_date AS days_overdue,
    CASE
        WHEN amount <= 0 THEN 'credit'
        WHEN is_disputed THEN 'disputed'
        WHEN due_date IS NULL THEN 'undated'
        WHEN usual_on IS NULL THEN 'unknown'
        WHEN usual_on >= getvariable('as_of') THEN 'as usual'
        WHEN late IS NOT NULL THEN 'later than usual'
        ELSE 'later than nearly ever'
    END AS state,
    CASE state WHEN 'as usual' THEN usual_on WHEN 'later than usual' THEN due_date + greatest(likely, 0)::INTEGER END
        AS expected_on,
    CASE WHEN state IN ('as usual', 'later than usual') THEN due_date + greatest(late, 0)::INTEGER END AS late_by,
    basis,
    payments
FROM dated
LEFT JOIN told USING (item)
ORDER BY account_id, amount DESC, due_date, invoice_id
