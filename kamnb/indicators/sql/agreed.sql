-- How far ahead we are bound to each other: contracts in force and objectives agreed with the customer. A contract without an
-- end binds until its notice date, or not at all ahead. Months are those of the calendar, the last one in part.
WITH bound AS (
    SELECT account_id, max(coalesce(expires, notice_by)) AS ends_on
    FROM documents
    WHERE kind = 'contract' AND signed_on <= getvariable('as_of') AND coalesce(expires, notice_by) >= getvariable('as_of')
    GROUP BY account_id
),
ahead AS (
    SELECT account_id, ends_on, datediff('month', getvariable('as_of'), ends_on) AS begun FROM bound
),
counted AS (
    SELECT
        account_id,
        ends_on,
        begun - (getvariable('as_of') + to_months(begun) > ends_on)::INTEGER AS months,
        (getvariable('as_of') + to_months(months))::DATE AS since,
        (getvariable('as_of') + to_months(months + 1))::DATE AS until
    FROM ahead
),
joint AS (
    SELECT account_id, count(*) AS objectives
    FROM objectives
    WHERE agreed_on IS NOT NULL AND coalesce(due, getvariable('as_of')) >= getvariable('as_of')
    GROUP BY account_id
)
SELECT
    account_id,
    coalesce(months + (ends_on - since) / (until - since), 0) AS forward_months,
    coalesce(objectives, 0) AS joint_objectives
FROM measured.portfolio
LEFT JOIN counted USING (account_id)
LEFT JOIN joint USING (account_id)
