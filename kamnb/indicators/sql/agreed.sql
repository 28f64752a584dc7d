-- How far ahead we are bound to each other: contracts in force and objectives agreed with the customer.
WITH bound AS (
    SELECT account_id, max(coalesce(expires, notice_by)) AS ends_on
    FROM documents
    WHERE kind = 'contract' AND signed_on <= getvariable('as_of') AND coalesce(expires, notice_by) >= getvariable('as_of')
    GROUP BY account_id
),
joint AS (
    SELECT account_id, count(*) AS objectives
    FROM objectives
    WHERE agreed_on IS NOT NULL AND coalesce(due, getvariable('as_of')) >= getvariable('as_of')
    GROUP BY account_id
)
SELECT
    account_id,
    coalesce((ends_on - getvariable('as_of')) * 12 / 365.25, 0) AS forward_months,
    coalesce(objectives, 0) AS joint_objectives
FROM measured.portfolio
LEFT JOIN bound USING (account_id)
LEFT JOIN joint USING (account_id)
