-- needs: actions, objectives
-- What is still owed, by us and by the customer, most overdue first; slipped against the first due date.
SELECT actions.title, actions.owner, coalesce(actions.ours, true) AS ours, actions.due, actions.original_due,
    greatest(getvariable('as_of') - actions.due, 0) AS days_overdue,
    coalesce(actions.due - actions.original_due, 0) AS days_slipped,
    coalesce(actions.checkpoint, false) AS checkpoint, actions.customer_informed_on, objectives.title AS objective
FROM actions
JOIN objectives USING (objective_id)
WHERE objectives.account_id = $account_id
    AND actions.done_on IS NULL AND coalesce(actions.status, '') NOT IN ('done', 'cancelled')
ORDER BY actions.due, actions.action_id
