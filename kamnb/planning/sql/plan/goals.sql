-- needs: customer_goals
SELECT goal, project, year, budget, value_delivered, source, confirmed_on,
    confirmed_on <= getvariable('as_of') - to_months($insight_months) AS is_stale
FROM customer_goals
WHERE account_id = $account_id
ORDER BY budget DESC NULLS LAST, goal_id
