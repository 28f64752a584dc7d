-- What we know of the customer and owe it by contract, one row per account, as of the day.
WITH topics AS (
    SELECT account_id, topic, max(confirmed_on) <= getvariable('as_of') - to_months($insight_months) AS is_stale
    FROM insight
    GROUP BY account_id, topic
),
known AS (
    SELECT account_id, count(*) FILTER (is_stale) AS stale_topics, greatest($topics - count(*), 0) AS unknown_topics
    FROM topics
    GROUP BY account_id
),
wanted AS (
    SELECT
        account_id,
        count(*) FILTER (confirmed_on <= getvariable('as_of') - to_months($insight_months)) AS goals_stale,
        count(*) FILTER (coalesce(value_delivered, 0) <= 0) AS goals_without_delivery,
        count(*) FILTER (value_delivered > 0) AS goals_delivered,
        count(*) FILTER (objective_id IS NULL AND opportunity_id IS NULL) AS goals_unserved,
        sum(greatest(budget - coalesce(value_delivered, 0), 0)) FILTER (budget IS NOT NULL) AS budget_open
    FROM customer_goals
    GROUP BY account_id
),
in_force AS (
    -- One without an end is in force until somebody ends it.
    SELECT account_id, member_id, max(coalesce(expires, 'infinity'::DATE)) AS until
    FROM documents
    WHERE kind = 'contract' AND signed_on IS NOT NULL
    GROUP BY account_id, member_id
),
filed AS (
    SELECT
        account_id,
        count(*) FILTER (signed_on IS NULL AND due < getvariable('as_of')) AS documents_overdue,
        count(*) FILTER (signed_on IS NULL AND due BETWEEN getvariable('as_of') AND getvariable('as_of') + $due_days) AS documents_due,
        min(notice_by) FILTER (kind = 'contract' AND notice_by >= getvariable('as_of')) AS next_notice,
        count(*) FILTER (
            kind = 'contract' AND signed_on IS NOT NULL AND notice_by < getvariable('as_of')
                AND coalesce(expires, getvariable('as_of')) >= getvariable('as_of')
        ) AS notices_passed,
        count(*) FILTER (
            kind = 'contract' AND signed_on IS NOT NULL AND expires < getvariable('as_of')
            AND expires > getvariable('as_of') - INTERVAL 12 MONTH AND expires = until
        ) AS contracts_lapsed,
        count(*) FILTER (
            kind = 'contract' AND signed_on IS NOT NULL AND coalesce(expires, getvariable('as_of')) >= getvariable('as_of')
        ) AS contracts_in_force
    FROM documents
    LEFT JOIN in_force USING (account_id, member_id)
    GROUP BY account_id
),
stepped AS (
    SELECT account_id, min(step) FILTER (next_notice <= (getvariable('as_of') + to_months(step))::DATE) AS notice_step
    FROM filed, (SELECT unnest($notice_steps) AS step)
    GROUP BY account_id
),
-- The contract whose notice date comes first, and the part of the next twelve months that lies beyond its end.
ending AS (
    SELECT account_id, member_id,
        greatest(getvariable('as_of') + INTERVAL 12 MONTH - expires::TIMESTAMP, INTERVAL 0 DAY) AS beyond
    FROM documents
    WHERE kind = 'contract' AND signed_on IS NOT NULL AND notice_by >= getvariable('as_of') AND expires IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY notice_by, expires, document_id) = 1
),
bought AS (
    SELECT account_id, member_id, sum(amount)::DOUBLE AS revenue
    FROM invoices
    WHERE date > getvariable('as_of') - INTERVAL 12 MONTH
    GROUP BY ALL
),
left_over AS (
    SELECT account_id, greatest(revenue * date_part('day', beyond) / 365, 0) AS revenue_ending
    FROM ending JOIN bought USING (account_id, member_id)
),
causes AS (
    SELECT account_id, lower(trim(cause)) AS cause, count(*) AS times
    FROM complaints
    WHERE cause IS NOT NULL AND opened_on > getvariable('as_of') - to_months($repeat_months)
    GROUP BY ALL
),
repeated AS (
    SELECT account_id, count(*) FILTER (times >= $repeat_times) AS repeated_causes FROM causes GROUP BY account_id
),
promised AS (
    SELECT account_id, count(*) FILTER (delivered_on IS NULL AND promised_on < getvariable('as_of')) AS deliveries_late_open
    FROM deliveries
    GROUP BY account_id
)
SELECT
    account_id, stale_topics, unknown_topics, goals_stale, goals_without_delivery, goals_delivered, budget_open::DOUBLE AS budget_open,
    documents_overdue, documents_due, notices_passed, contracts_lapsed, contracts_in_force, notice_step, repeated_causes, deliveries_late_open,
    goals_unserved, revenue_ending
FROM portfolio
LEFT JOIN known USING (account_id)
LEFT JOIN wanted USING (account_id)
LEFT JOIN filed USING (account_id)
LEFT JOIN stepped USING (account_id)
LEFT JOIN repeated USING (account_id)
LEFT JOIN promised USING (account_id)
LEFT JOIN left_over USING (account_id)
ORDER BY account_id
