-- People known and reached by function and level, from people.
SELECT account_id, function, level, count(*) AS known, count(*) FILTER (is_reached) AS reached
FROM measured.people
GROUP BY account_id, function, level
