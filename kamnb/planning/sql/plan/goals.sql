-- needs: customer_goals
SELECT
    goal, project, year, budget, value_delivered, customer_goals.source, customer_goals.confirmed_on, objectives.title AS objective,
    customer_goals.objective_id, shared,
    coalesce(offerings.name, opportunities.offering_id) AS deal,
    confirmed_on <= getvariable('as_of') - to_months($insight_months) AS is_stale
FROM customer_goals
LEFT JOIN objectives USING (objective_id)
LEFT JOIN opportunities USING (opportunity_id)
LEFT JOIN offerings USING (offering_id)
WHERE customer_goals.account_id = $account_id
ORDER BY budget DESC NULLS LAST, goal_id
