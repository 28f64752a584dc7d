-- needs: deliveries
-- Deliveries promised until the day, in the last twelve months and in the twelve before: kept is on time and complete,
-- unsaid is on time and nobody says whether complete; each of the others is counted once, so that all add up;
-- is_whole says that no row of these months was lost.
WITH promised AS (
    SELECT *, promised_on > getvariable('as_of') - INTERVAL 12 MONTH AS is_recent
    FROM deliveries
    WHERE account_id = $account_id AND promised_on <= getvariable('as_of')
        AND promised_on > getvariable('as_of') - INTERVAL 24 MONTH
)
SELECT
    is_recent,
    count(*) AS promised,
    count(*) FILTER (delivered_on <= promised_on AND complete) AS kept,
    count(*) FILTER (delivered_on <= promised_on AND complete IS NULL) AS unsaid,
    count(*) FILTER (delivered_on > promised_on AND complete IS DISTINCT FROM false) AS late,
    count(*) FILTER (delivered_on <= promised_on AND NOT complete) AS incomplete,
    count(*) FILTER (delivered_on > promised_on AND NOT complete) AS late_incomplete,
    count(*) FILTER (delivered_on IS NULL) AS missing,
    NOT is_lost(
        'deliveries', $account_id, ['delivered_on', 'complete'],
        (getvariable('as_of') - to_months(CASE WHEN is_recent THEN 12 ELSE 24 END))::DATE,
        (getvariable('as_of') - to_months(CASE WHEN is_recent THEN 0 ELSE 12 END))::DATE
    ) AS is_whole
FROM promised
GROUP BY is_recent
ORDER BY is_recent DESC
