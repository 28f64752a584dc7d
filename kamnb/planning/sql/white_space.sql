-- What each account buys, could buy and is offered, by offering, as of the day.
-- Where there are more offerings than an account plan can hold, their categories stand for them.
WITH ids AS (
    SELECT offering_id FROM offerings
    UNION
    SELECT offering_id FROM invoices
    UNION
    SELECT offering_id FROM wallet
    UNION
    SELECT offering_id FROM opportunities
),
grain AS (
    SELECT
        offering_id, category,
        CASE WHEN count(*) OVER () > $most_offerings THEN coalesce(category, offering_id) ELSE offering_id END AS sold_id,
        CASE WHEN count(*) OVER () > $most_offerings THEN coalesce(category, offering_id) ELSE coalesce(name, offering_id) END AS offering
    FROM ids LEFT JOIN offerings USING (offering_id)
    WHERE offering_id IS NOT NULL
),
sold AS (
    SELECT sold_id, any_value(offering) AS offering, min(category) AS category FROM grain GROUP BY sold_id
),
latest AS (
    SELECT *
    FROM wallet
    WHERE year <= year(getvariable('as_of')) AND offering_id IS NOT NULL
    QUALIFY year = max(year) OVER (PARTITION BY account_id, member_id)
        AND stated_on IS NOT DISTINCT FROM max(stated_on) OVER (PARTITION BY account_id, member_id, offering_id, year)
),
wallets AS (
    SELECT
        account_id, member_id, offering_id, max(low) AS low, max(likely) AS likely, max(high) AS high,
        arg_max(competitor, (coalesce(competitor_share, 0), competitor)) AS competitor, max(competitor_share) AS competitor_share
    FROM latest
    GROUP BY account_id, member_id, offering_id
),
wallets_sold AS (
    SELECT
        account_id, sold_id, CASE WHEN count(low) = count(*) THEN sum(low) END AS low, sum(likely) AS likely,
        CASE WHEN count(high) = count(*) THEN sum(high) END AS high,
        arg_max(competitor, (likely, offering_id, member_id)) AS competitor,
        arg_max(competitor_share, (likely, offering_id, member_id)) AS competitor_share
    FROM wallets JOIN grain USING (offering_id)
    GROUP BY account_id, sold_id
),
bought AS (
    SELECT account_id, sold_id, sum(amount) AS revenue_ltm
    FROM invoices JOIN grain USING (offering_id)
    WHERE date > getvariable('as_of') - INTERVAL 12 MONTH
    GROUP BY account_id, sold_id
),
deals AS (
    SELECT
        account_id, sold_id, sum(amount) AS pipeline, count(*) AS open_deals,
        coalesce(
            sum(amount::DOUBLE * probability ORDER BY opportunity_id) FILTER (probability IS NOT NULL)
                / nullif(sum(amount) FILTER (probability IS NOT NULL), 0)::DOUBLE,
            avg(probability ORDER BY opportunity_id)
        ) AS declared_chance
    FROM opportunities JOIN grain USING (offering_id)
    WHERE deal_state(outcome, closed) = 'open'
    GROUP BY account_id, sold_id
),
decided AS (
    SELECT sold_id, category, outcome = 'won' AS is_won
    FROM opportunities LEFT JOIN grain USING (offering_id)
    WHERE outcome IN ('won', 'lost') AND closed > getvariable('as_of') - to_months($history_months)
),
by_offering AS (
    SELECT sold_id, count(*) AS decided_offering, count(*) FILTER (is_won) AS won_offering FROM decided GROUP BY sold_id
),
by_category AS (
    SELECT category, count(*) AS decided_category, count(*) FILTER (is_won) AS won_category FROM decided GROUP BY category
),
overall AS (
    SELECT count(*) AS decided_overall, count(*) FILTER (is_won) AS won_overall FROM decided
),
goals AS (
    SELECT
        customer_goals.account_id, sold_id, arg_max(goal, (coalesce(budget, 0), goal_id)) AS goal, max(budget) AS goal_budget,
        count(DISTINCT goal_id) AS goals
    FROM customer_goals
    JOIN opportunities USING (opportunity_id)
    JOIN grain USING (offering_id)
    GROUP BY customer_goals.account_id, sold_id
)
SELECT
    account_id, sold_id AS offering_id, offering,
    revenue_ltm::DOUBLE AS revenue_ltm, low::DOUBLE AS low, likely::DOUBLE AS likely, high::DOUBLE AS high,
    competitor, competitor_share, pipeline::DOUBLE AS pipeline, open_deals, declared_chance,
    decided_offering, won_offering, decided_category, won_category, decided_overall, won_overall, goal, goals::DOUBLE AS goals,
    goal_budget::DOUBLE AS goal_budget
FROM portfolio
CROSS JOIN sold
CROSS JOIN overall
LEFT JOIN wallets_sold USING (account_id, sold_id)
LEFT JOIN bought USING (account_id, sold_id)
LEFT JOIN deals USING (account_id, sold_id)
LEFT JOIN by_offering USING (sold_id)
LEFT JOIN by_category USING (category)
LEFT JOIN goals USING (account_id, sold_id)
-- Too many pairs to look at: only those of which something is known.
WHERE (SELECT count(*) FROM sold) <= $most_offerings OR coalesce(revenue_ltm, likely, open_deals) IS NOT NULL
ORDER BY account_id, offering_id
