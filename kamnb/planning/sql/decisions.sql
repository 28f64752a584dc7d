-- Every decision of a review meeting, and whether it was carried out in time.
SELECT
    account_id, decided_on, decision, owner, due, done_on,
    CASE
        WHEN done_on > due THEN 'done late'
        WHEN done_on IS NOT NULL THEN 'done'
        WHEN due < getvariable('as_of') THEN 'overdue'
        ELSE 'open'
    END AS state
FROM decisions
ORDER BY decided_on DESC, account_id, decision
