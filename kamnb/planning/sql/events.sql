-- What happened to accounts after $since, up to the day; each event once, with its day.
SELECT account_id, left_on AS happened_on, 'person left' AS event, coalesce(name, contact_id) AS what, NULL::DOUBLE AS amount
FROM contacts
WHERE left_on > $since
UNION ALL
SELECT account_id, done_on, CASE ours WHEN true THEN 'we did' WHEN false THEN 'they did' ELSE 'done' END, actions.title, NULL
FROM actions JOIN objectives USING (objective_id)
WHERE done_on > $since
UNION ALL
SELECT account_id, actions.due, CASE ours WHEN true THEN 'we are overdue with' WHEN false THEN 'they are overdue with' ELSE 'overdue' END, actions.title, NULL
FROM actions JOIN objectives USING (objective_id)
WHERE action_state(done_on, status) = 'open'
    AND actions.due >= $since AND actions.due < getvariable('as_of')
UNION ALL
SELECT account_id, agreed_on, 'objective agreed', title, NULL
FROM objectives
WHERE agreed_on > $since
UNION ALL
SELECT account_id, created, 'new deal', coalesce(offerings.name, opportunity_id), amount::DOUBLE
FROM opportunities LEFT JOIN offerings USING (offering_id)
WHERE created > $since AND deal_state(outcome, closed) = 'open'
UNION ALL
SELECT account_id, closed, CASE WHEN outcome IS NULL THEN 'deal closed' ELSE 'deal ' || outcome END, coalesce(offerings.name, opportunity_id),
    CASE WHEN outcome = 'won' THEN coalesce(won_amount, amount) ELSE amount END::DOUBLE
FROM opportunities LEFT JOIN offerings USING (offering_id)
WHERE closed > $since AND deal_state(outcome, closed) IN ('won', 'lost', 'unknown')
UNION ALL
SELECT account_id, signed_on, 'signed', coalesce(kind || ' ', '') || document_id, NULL
FROM documents
WHERE signed_on > $since
UNION ALL
SELECT account_id, opened_on, 'complaint', coalesce(cause, 'cause not stated'), NULL
FROM complaints
WHERE opened_on > $since
UNION ALL
SELECT account_id, resolved_on, 'complaint resolved', coalesce(cause, 'cause not stated'), NULL
FROM complaints
WHERE resolved_on > $since
UNION ALL
SELECT account_id, done_on, 'decision done', decision, NULL
FROM decisions
WHERE done_on > $since
ORDER BY account_id, happened_on, event, what
