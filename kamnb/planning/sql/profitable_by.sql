-- Days since each account was to earn, by the earliest day promised; negative: still ahead.
SELECT account_id, (getvariable('as_of') - min(profitable_by))::DOUBLE AS days_past_profitable_by
FROM objectives
WHERE account_id IS NOT NULL AND profitable_by IS NOT NULL
GROUP BY account_id
ORDER BY account_id
