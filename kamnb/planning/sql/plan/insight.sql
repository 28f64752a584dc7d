-- needs: insight
-- The latest statement on each of the five topics; of a group, that on each member that has one, the newest first.
WITH latest AS (
    SELECT *, count(*) OVER (PARTITION BY topic) > 1 AS is_one_of_several
    FROM (
        FROM insight
        WHERE account_id = $account_id
        QUALIFY row_number() OVER (PARTITION BY member_id, topic ORDER BY confirmed_on DESC, text) = 1
    )
)
SELECT
    topic,
    string_agg(CASE WHEN is_one_of_several THEN member_id || ': ' ELSE '' END || text, '; ' ORDER BY confirmed_on DESC, member_id) AS text,
    string_agg(source, '; ' ORDER BY confirmed_on DESC, member_id) AS source,
    max(confirmed_on) AS confirmed_on,
    max(confirmed_on) <= getvariable('as_of') - to_months($insight_months) AS is_stale
FROM latest
GROUP BY topic
ORDER BY list_position(['marketplace', 'strategy', 'customers_wants', 'value_added', 'profit_source'], topic)
