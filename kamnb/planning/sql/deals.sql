-- Every deal, with its state and what it counts in the pipeline while it is open.
SELECT
    account_id,
    opportunity_id,
    coalesce(offerings.name, opportunity_id) AS what,
    deal_state(outcome, closed) AS state,
    opportunities.amount::DOUBLE AS amount,
    opportunities.amount::DOUBLE * probability AS weighted,
    created,
    closed
FROM opportunities LEFT JOIN offerings USING (offering_id)
ORDER BY account_id, opportunity_id
