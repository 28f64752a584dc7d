-- How many offerings an account buys and how concentrated they are (Herfindahl), from offerings.
-- An offering is bought where its revenue, credit notes netted, is above zero.
WITH bought AS (
    SELECT
        account_id,
        count(*) AS offerings,
        sum(revenue_ltm)::DOUBLE AS revenue,
        sum(revenue_ltm::DOUBLE ** 2 ORDER BY offering_id) AS squares
    FROM measured.offerings
    WHERE revenue_ltm > 0
    GROUP BY account_id
)
SELECT
    account_id,
    CASE WHEN offerings IS NOT NULL OR revenue.revenue_ltm <= 0 THEN coalesce(offerings, 0) END AS offerings_bought,
    squares / revenue ** 2 AS offering_concentration
FROM measured.revenue AS revenue
LEFT JOIN bought USING (account_id)
