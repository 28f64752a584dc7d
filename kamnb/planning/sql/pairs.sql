-- Who of ours was in touch with whom of theirs in twelve months, and whether the two had two-way contact between them.
SELECT
    contacts.account_id, contact_id, our_person, any_value(our_function) AS our_function, any_value(our_level) AS our_level,
    count(*) AS interactions,
    max(date) AS last_on,
    coalesce(bool_or(list_contains(getvariable('two_way_channels'), lower(trim(channel)))), false) AS spoke,
    coalesce(bool_or(initiated_by = 'us'), false) AS we_began,
    coalesce(bool_or(initiated_by = 'customer'), false) AS they_began
FROM interactions
JOIN contacts USING (contact_id)
WHERE date > getvariable('year_ago') AND contacts.left_on IS NULL
GROUP BY contacts.account_id, contact_id, our_person
ORDER BY contacts.account_id, contact_id, our_person
