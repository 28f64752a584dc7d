-- What we and the customer owe each other, one row per account, as of the day. What is known of a group is stale where that of a
-- member is.
WITH owed AS (
    SELECT
        objectives.account_id,
        actions.*,
        action_state(actions.done_on, actions.status) = 'open' AS is_open
    FROM actions
    JOIN objectives USING (objective_id)
    WHERE objectives.account_id IS NOT NULL
),
promised AS (
    SELECT
        account_id,
        count(*) FILTER (is_open AND due < getvariable('as_of') AND ours) AS actions_overdue,
        count(*) FILTER (is_open AND due < getvariable('as_of') AND NOT ours) AS customer_actions_overdue,
        count(*) FILTER (is_open AND due < getvariable('as_of') AND ours IS NULL) AS sideless_actions_overdue,
        count(*) FILTER (is_open AND due < getvariable('as_of') AND checkpoint) AS check_points_overdue,
        count(*) FILTER (is_open AND checkpoint AND customer_informed_on IS NULL) AS check_points_untold
    FROM owed
    GROUP BY account_id
),
contracted AS (
    SELECT account_id, min(notice_by) - getvariable('as_of') AS days_to_notice
    FROM documents
    WHERE kind = 'contract' AND notice_by >= getvariable('as_of')
    GROUP BY account_id
),
complained AS (
    SELECT account_id, count(*) FILTER (resolved_on IS NULL) AS complaints_open
    FROM complaints
    GROUP BY account_id
),
delivered AS (
    -- One that came in time, and of which nobody said whether it was complete, is not known to be bad: the share is at least that.
    SELECT
        account_id,
        count(*) AS deliveries_promised,
        count(*) FILTER (coalesce(delivered_on, getvariable('as_of')) > promised_on OR coalesce(NOT complete, false)) AS deliveries_late,
        deliveries_late / deliveries_promised AS late_delivery_share
    FROM deliveries
    WHERE promised_on > getvariable('as_of') - INTERVAL 12 MONTH AND promised_on <= getvariable('as_of')
    GROUP BY account_id
),
wanted AS (
    SELECT account_id, count(*) AS goals FROM customer_goals GROUP BY account_id
),
rated AS (
    SELECT
        account_id,
        count(DISTINCT competitor) AS rivals_rated,
        count(DISTINCT criterion) FILTER (competitor IS NULL AND rater_kind IS DISTINCT FROM 'account_manager' AND criterion <> 'stage')
            AS criteria_rated,
        bool_or(last_rated <= getvariable('as_of') - to_months($insight_months))::INTEGER AS ratings_stale
    FROM (SELECT *, max(rated_on) OVER (PARTITION BY account_id, member_id) AS last_rated FROM ratings)
    GROUP BY account_id
),
estimated AS (
    SELECT
        account_id,
        bool_or(last_stated <= getvariable('as_of') - to_months($insight_months))::INTEGER AS wallet_stale
    FROM (SELECT *, max(coalesce(stated_on, make_date(year, 1, 1))) OVER (PARTITION BY account_id, member_id) AS last_stated FROM wallet)
    GROUP BY account_id
),
known AS (
    SELECT account_id, count(DISTINCT topic) AS insight_topics
    FROM insight
    WHERE confirmed_on > getvariable('as_of') - to_months($insight_months)
    GROUP BY account_id
)
SELECT
    account_id,
    promised.* EXCLUDE (account_id),
    days_to_notice,
    complaints_open,
    deliveries_promised,
    deliveries_late,
    late_delivery_share,
    goals,
    insight_topics,
    rivals_rated,
    criteria_rated,
    ratings_stale,
    wallet_stale
FROM portfolio
LEFT JOIN promised USING (account_id)
LEFT JOIN contracted USING (account_id)
LEFT JOIN complained USING (account_id)
LEFT JOIN delivered USING (account_id)
LEFT JOIN wanted USING (account_id)
LEFT JOIN known USING (account_id)
LEFT JOIN rated USING (account_id)
LEFT JOIN estimated USING (account_id)
ORDER BY account_id
