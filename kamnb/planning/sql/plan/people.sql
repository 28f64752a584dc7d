-- needs: contacts
-- Who we know there, and when we last met, newest first.
SELECT contacts.name, contacts.function, contacts.level, contacts.role, contacts.sentiment, contacts.owner, contacts.left_on,
    max(interactions.date) AS last_contact,
    count(interactions.date) FILTER (interactions.date > getvariable('as_of') - INTERVAL 12 MONTH) AS contacts_ltm
FROM contacts
LEFT JOIN interactions ON interactions.contact_id = contacts.contact_id
WHERE contacts.account_id = $account_id
GROUP BY contacts.contact_id, contacts.name, contacts.function, contacts.level, contacts.role, contacts.sentiment,
    contacts.owner, contacts.left_on
ORDER BY contacts.left_on IS NOT NULL, list_position(['board', 'senior', 'middle', 'operational'], contacts.level) NULLS LAST,
    last_contact DESC NULLS LAST, contacts.contact_id
