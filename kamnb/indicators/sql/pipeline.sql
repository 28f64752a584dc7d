-- Open deals and the rate at which closed ones were won. A deal is open where it has no outcome and no day of
-- closing yet; one that is closed without saying how is neither open nor decided. A sum is of the deals that state what it needs, and unknown where there are deals but none does.
WITH deals AS (
    SELECT
        account_id,
        opportunity_id,
        amount,
        amount::DOUBLE * probability AS weighted,
        deal_state(outcome, closed) = 'open' AS is_open,
        closed > (getvariable('as_of') - to_months(getvariable('win_rate_months')))::DATE AS is_recent,
        outcome
    FROM opportunities
),
summed AS (
    SELECT
        account_id,
        count(*) FILTER (is_open) AS deals,
        sum(amount) FILTER (is_open) AS amount,
        sum(weighted ORDER BY opportunity_id) FILTER (is_open) AS weighted,
        count(*) FILTER (is_recent AND outcome = 'won') AS won,
        count(*) FILTER (is_recent AND outcome = 'lost') AS lost
    FROM deals
    GROUP BY account_id
)
SELECT
    account_id,
    CASE WHEN coalesce(deals, 0) = 0 THEN 0 ELSE amount END AS open_pipeline,
    CASE WHEN coalesce(deals, 0) = 0 THEN 0 ELSE weighted END AS weighted_pipeline,
    CASE WHEN won + lost > 0 THEN won / (won + lost) END AS win_rate
FROM measured.portfolio
LEFT JOIN summed USING (account_id)
