-- needs: complaints
-- Causes of the last 24 months; one that comes back is a finding.
SELECT cause, count(*) AS complaints, max(opened_on) AS last_opened, count(*) FILTER (resolved_on IS NULL) AS still_open,
    arg_max(remedy, resolved_on) AS last_remedy
FROM complaints
WHERE account_id = $account_id AND opened_on > getvariable('as_of') - INTERVAL 24 MONTH
GROUP BY cause
ORDER BY still_open DESC, complaints DESC, cause
