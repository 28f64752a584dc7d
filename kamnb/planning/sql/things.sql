-- What counts of an account are made of, by name: goals, complaints and documents.
SELECT account_id, 'goals_unserved' AS fact, goal AS thing, NULL AS owner, -coalesce(budget, 0)::DOUBLE AS rank
FROM customer_goals
WHERE objective_id IS NULL AND opportunity_id IS NULL
UNION ALL
SELECT account_id, 'complaints_open', coalesce(trim(cause), 'cause not stated'), NULL, min(opened_on - DATE '1970-01-01')
FROM complaints
WHERE resolved_on IS NULL
GROUP BY ALL
UNION ALL
SELECT account_id, 'repeated_causes', any_value(trim(cause) ORDER BY opened_on DESC) || ' (' || count(*) || ' times in ' || $repeat_months || ' months)',
    NULL, -count(*)
FROM complaints
WHERE cause IS NOT NULL AND opened_on > getvariable('as_of') - to_months($repeat_months)
GROUP BY account_id, lower(trim(cause))
HAVING count(*) >= $repeat_times
UNION ALL
SELECT account_id, 'documents_overdue', coalesce(kind || ' ', '') || document_id, NULL, due - DATE '1970-01-01'
FROM documents
WHERE signed_on IS NULL AND due < getvariable('as_of')
ORDER BY account_id, fact, rank, thing
