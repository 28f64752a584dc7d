-- Every person at a customer, those who left too: who they are, and how we were in touch in twelve months.
WITH touched AS (
    SELECT
        contact_id,
        max(date) AS last_contact,
        count(*) FILTER (date > getvariable('year_ago')) AS interactions_ltm,
        sum(hours ORDER BY date, hours) FILTER (date > getvariable('year_ago')) AS hours_ltm
    FROM interactions
    WHERE contact_id IS NOT NULL
    GROUP BY contact_id
)
SELECT
    contacts.account_id, contact_id, contacts.name, contacts.function, contacts.level, contacts.role, contacts.sentiment,
    contacts.owner, contacts.left_on, coalesce(people.is_reached, false) AS is_reached, coalesce(people.pairs, 0) AS executive_pairs,
    last_contact, coalesce(interactions_ltm, 0) AS interactions_ltm, hours_ltm
FROM contacts
LEFT JOIN measured.people AS people USING (contact_id)
LEFT JOIN touched USING (contact_id)
ORDER BY
    contacts.account_id, contacts.left_on IS NOT NULL,
    list_position(['board', 'senior', 'middle', 'operational'], contacts.level) NULLS LAST, last_contact DESC NULLS LAST, contact_id
