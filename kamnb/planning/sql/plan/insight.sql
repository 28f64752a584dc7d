-- needs: insight
-- The latest statement on each of the five topics.
SELECT topic, text, source, confirmed_on,
    confirmed_on <= getvariable('as_of') - to_months($insight_months) AS is_stale
FROM insight
WHERE account_id = $account_id
QUALIFY row_number() OVER (PARTITION BY topic ORDER BY confirmed_on DESC, text) = 1
ORDER BY list_position(['marketplace', 'strategy', 'customers_wants', 'value_added', 'profit_source'], topic)
