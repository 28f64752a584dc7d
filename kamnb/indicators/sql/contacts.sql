-- How widely we reach the customer, from people, and how often we were in touch.
WITH reached AS (
    SELECT
        account_id,
        count(*) FILTER (is_reached) AS people_reached,
        count(DISTINCT function) FILTER (is_reached) AS functions_reached,
        count(DISTINCT level) FILTER (is_reached) AS levels_reached,
        count(*) FILTER (is_reached AND level = 'board') AS board_reached,
        sum(pairs) AS executive_pairs
    FROM measured.people
    GROUP BY account_id
),
touched AS (
    SELECT account_id, count(*) FILTER (date > getvariable('year_ago')) AS interactions_ltm, max(date) AS last_day
    FROM interactions
    GROUP BY account_id
)
SELECT
    account_id,
    coalesce(people_reached, 0) AS people_reached,
    CASE WHEN coalesce(people_reached, 0) = 0 THEN 0 ELSE nullif(functions_reached, 0) END AS functions_reached,
    CASE WHEN coalesce(people_reached, 0) = 0 THEN 0 ELSE nullif(levels_reached, 0) END AS levels_reached,
    CASE WHEN coalesce(people_reached, 0) = 0 THEN 0 WHEN levels_reached > 0 THEN board_reached END AS board_reached,
    coalesce(executive_pairs, 0) AS executive_pairs,
    coalesce(interactions_ltm, 0) AS interactions_ltm,
    getvariable('as_of') - last_day AS days_since_interaction
FROM measured.portfolio
LEFT JOIN reached USING (account_id)
LEFT JOIN touched USING (account_id)
