-- needs: invoices, offerings
-- Categories that accounts of its segment bought in twelve months and this one did not: where to look, not a forecast.
WITH bought AS (
    SELECT DISTINCT invoices.account_id, coalesce(offerings.category, offerings.name, invoices.offering_id) AS category
    FROM invoices
    JOIN offerings USING (offering_id)
    WHERE invoices.date > getvariable('as_of') - INTERVAL 12 MONTH AND invoices.amount > 0
),
peers AS (
    SELECT account_id FROM bought
    LEFT JOIN accounts USING (account_id)
    WHERE accounts.segment IS NOT DISTINCT FROM (SELECT segment FROM accounts WHERE account_id = $account_id)
        AND account_id <> $account_id
    GROUP BY account_id
)
SELECT category, count(*) / (SELECT count(*) FROM peers) AS bought_by, (SELECT count(*) FROM peers) AS peers
FROM bought
SEMI JOIN peers USING (account_id)
WHERE category NOT IN (SELECT category FROM bought WHERE account_id = $account_id)
GROUP BY category
HAVING (SELECT count(*) FROM peers) >= $least_peers
ORDER BY bought_by DESC, category
LIMIT 6
