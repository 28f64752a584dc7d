-- Each person at a customer who has not left: the last day of two-way contact, whether that was in twelve months, and with
-- how many of our executives there was contact then. Two people talk in a meeting or a call; otherwise both sides must
-- have started something, and the contact is two-way as long as both of it count.
WITH met AS (
    SELECT
        contact_id,
        max(date) FILTER (list_contains(getvariable('two_way_channels'), lower(trim(channel)))) AS spoke_on,
        max(date) FILTER (initiated_by = 'us') AS we_began_on,
        max(date) FILTER (initiated_by = 'customer') AS they_began_on,
        count(DISTINCT coalesce(our_person, ''))
            FILTER (date > getvariable('year_ago') AND list_contains(getvariable('executive_levels'), our_level)) AS executives
    FROM interactions
    GROUP BY contact_id
),
answered AS (
    SELECT contact_id, executives,
        greatest(spoke_on, CASE WHEN we_began_on < they_began_on THEN we_began_on WHEN we_began_on IS NOT NULL THEN they_began_on END)
            AS last_two_way
    FROM met
)
SELECT
    account_id,
    contact_id,
    function,
    level,
    last_two_way,
    coalesce(last_two_way > getvariable('year_ago'), false) AS is_reached,
    CASE WHEN list_contains(getvariable('executive_levels'), level) THEN coalesce(executives, 0) ELSE 0 END AS pairs
FROM contacts
LEFT JOIN answered USING (contact_id)
WHERE left_on IS NULL
