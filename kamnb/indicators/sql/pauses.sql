-- The pauses between the order days of an account.
WITH steps AS (
    SELECT account_id, date, date - lag(date) OVER (PARTITION BY account_id ORDER BY date) AS pause
    FROM measured.days
    WHERE is_sold
)
SELECT
    account_id,
    count(pause)::DOUBLE AS pauses,
    max(pause)::DOUBLE AS pause_longest,
    avg(pause)::DOUBLE AS pause_mean,
    (getvariable('as_of') - max(date))::DOUBLE AS days_since
FROM steps
GROUP BY account_id
