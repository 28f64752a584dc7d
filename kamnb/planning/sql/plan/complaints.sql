-- needs: complaints
-- Causes within the months in which one may come back; spelled alike but for case and blanks is one cause.
SELECT any_value(trim(cause) ORDER BY opened_on DESC) AS cause, count(*) AS complaints, max(opened_on) AS last_opened,
    count(*) FILTER (resolved_on IS NULL) AS still_open, arg_max(remedy, resolved_on) AS last_remedy,
    max(getvariable('as_of') - opened_on) FILTER (resolved_on IS NULL) AS days_open,
    count(*) >= $repeat_times AND any_value(cause) IS NOT NULL AS is_repeated
FROM complaints
WHERE account_id = $account_id AND opened_on > getvariable('as_of') - to_months($repeat_months)
GROUP BY lower(trim(cause))
ORDER BY still_open DESC, complaints DESC, cause
