-- needs: decisions
SELECT decided_on, decision, owner, due, done_on,
    CASE
        WHEN done_on > due THEN 'done late'
        WHEN done_on IS NOT NULL THEN 'done'
        WHEN due < getvariable('as_of') THEN 'overdue'
        ELSE 'open'
    END AS state
FROM decisions
WHERE account_id = $account_id
ORDER BY decided_on DESC, decision
LIMIT 8
