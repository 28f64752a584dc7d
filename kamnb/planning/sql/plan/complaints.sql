-- needs: complaints
-- Causes within the months in which one may come back; spelled alike but for case and blanks is one cause. How many there are is
-- unknown where rows were lost.
SELECT any_value(trim(cause) ORDER BY opened_on DESC) AS cause, CASE WHEN is_whole THEN count(*) END AS complaints,
    max(opened_on) AS last_opened, CASE WHEN is_whole THEN count(*) FILTER (resolved_on IS NULL) END AS still_open,
    arg_max(remedy, resolved_on) AS last_remedy,
    max(getvariable('as_of') - opened_on) FILTER (resolved_on IS NULL) AS days_open,
    count(*) >= $repeat_times AND any_value(cause) IS NOT NULL AS is_repeated
FROM complaints
CROSS JOIN (
    SELECT NOT is_lost(
        'complaints', $account_id, ['resolved_on'],
        (getvariable('as_of') - to_months($repeat_months))::DATE, getvariable('as_of')
    ) AS is_whole
) AS reading
WHERE complaints.account_id = $account_id AND opened_on > getvariable('as_of') - to_months($repeat_months)
GROUP BY lower(trim(cause)), is_whole
ORDER BY count(*) FILTER (resolved_on IS NULL) DESC, count(*) DESC, any_value(trim(cause) ORDER BY opened_on DESC)
