-- How many offerings an account buys and how concentrated they are (Herfindahl).
-- An offering is bought where its revenue, credit notes netted, is above zero.
WITH offered AS (
    SELECT account_id, sum(amount) AS revenue
    FROM invoices
    WHERE date > getvariable('year_ago') AND offering_id IS NOT NULL
    GROUP BY account_id, offering_id
),
bought AS (
    SELECT
        account_id,
        count(*) AS offerings,
        sum(revenue)::DOUBLE AS revenue,
        list_sort(list(revenue::DOUBLE)) AS revenues  -- sorted: sums of floats hang on the order
    FROM offered
    WHERE revenue > 0
    GROUP BY account_id
)
SELECT
    account_id,
    CASE WHEN offerings IS NOT NULL OR revenue_ltm <= 0 THEN coalesce(offerings, 0) END AS offerings_bought,
    list_sum(list_transform(revenues, lambda each: (each / revenue) ** 2)) AS offering_concentration
FROM measured.revenue
LEFT JOIN bought USING (account_id)
