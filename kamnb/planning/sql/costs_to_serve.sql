-- Costs to serve of the last twelve months, by account and kind.
SELECT account_id, coalesce(kind, 'other') AS kind, sum(amount)::DOUBLE AS amount
FROM costs_to_serve
WHERE date > getvariable('as_of') - INTERVAL 12 MONTH
GROUP BY ALL
ORDER BY account_id, kind
