-- Open receivables by days past due. An account with an open line without due date has no ageing; nor
-- has one that is absent from a ledger of which absence proves nothing.
WITH aged AS (
    SELECT account_id, amount, due_date, getvariable('as_of') - due_date AS age FROM measured.open_lines
),
undated AS (
    SELECT DISTINCT account_id FROM aged WHERE due_date IS NULL
),
summed AS (
    SELECT
        account_id,
        sum(amount) FILTER (age <= 0) AS not_due,
        sum(amount) FILTER (age BETWEEN 1 AND 30) AS d1_30,
        sum(amount) FILTER (age BETWEEN 31 AND 60) AS d31_60,
        sum(amount) FILTER (age BETWEEN 61 AND 90) AS d61_90,
        sum(amount) FILTER (age > 90) AS d90_plus
    FROM aged
    GROUP BY account_id
)
SELECT
    account_id,
    coalesce(not_due, 0) AS not_due,
    coalesce(d1_30, 0) AS d1_30,
    coalesce(d31_60, 0) AS d31_60,
    coalesce(d61_90, 0) AS d61_90,
    coalesce(d90_plus, 0) AS d90_plus
FROM measured.portfolio
LEFT JOIN summed USING (account_id)
WHERE account_id NOT IN (SELECT account_id FROM undated)
    AND (getvariable('absent_is_zero') OR account_id IN (SELECT account_id FROM aged))
