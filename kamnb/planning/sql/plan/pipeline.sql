-- needs: opportunities
SELECT opportunities.opportunity_id, coalesce(offerings.name, opportunities.offering_id) AS offering, opportunities.stage,
    opportunities.amount, opportunities.probability, opportunities.amount * opportunities.probability AS weighted,
    opportunities.created, opportunities.expected_close, opportunities.expected_close < getvariable('as_of') AS is_past_due
FROM opportunities
LEFT JOIN offerings USING (offering_id)
WHERE opportunities.account_id = $account_id AND deal_state(opportunities.outcome, opportunities.closed) = 'open'
ORDER BY weighted DESC NULLS LAST, opportunities.amount DESC NULLS LAST, opportunities.opportunity_id
