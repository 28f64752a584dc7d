-- Each person at a customer who has not left: reached in two-way contact or not, and with how many of our
-- executives there was contact, in twelve months. Two people talk in a meeting or a call; otherwise both sides
-- must have started something.
WITH met AS (
    SELECT
        contact_id,
        coalesce(bool_or(list_contains(getvariable('two_way_channels'), lower(trim(channel)))), false)
            OR (coalesce(bool_or(initiated_by = 'us'), false) AND coalesce(bool_or(initiated_by = 'customer'), false))
            AS is_two_way,
        count(DISTINCT coalesce(our_person, '')) FILTER (list_contains(getvariable('executive_levels'), our_level))
            AS executives
    FROM interactions
    WHERE date > getvariable('year_ago')
    GROUP BY contact_id
)
SELECT
    account_id,
    contact_id,
    function,
    level,
    coalesce(is_two_way, false) AS is_reached,
    CASE WHEN list_contains(getvariable('executive_levels'), level) THEN coalesce(executives, 0) ELSE 0 END AS pairs
FROM main.contacts
LEFT JOIN met USING (contact_id)
WHERE left_on IS NULL
