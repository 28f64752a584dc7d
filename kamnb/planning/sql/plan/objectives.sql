-- needs: objectives
SELECT objective_id, title, measure, target, due, agreed_on, profitable_by
FROM objectives
WHERE account_id = $account_id
ORDER BY due NULLS LAST, objective_id
