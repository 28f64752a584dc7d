-- Revenue by account and offering, credit notes netted; lines that name no offering are left out.
SELECT
    account_id,
    offering_id,
    coalesce(sum(amount) FILTER (date > getvariable('year_ago')), 0) AS revenue_ltm,
    coalesce(sum(amount) FILTER (date <= getvariable('year_ago')), 0) AS revenue_prior,
    CASE WHEN coalesce(bool_and(cost IS NOT NULL) FILTER (date > getvariable('year_ago')), true)
        THEN coalesce(sum(amount - cost) FILTER (date > getvariable('year_ago')), 0)
    END AS margin_ltm
FROM invoices
WHERE date > getvariable('two_years_ago') AND offering_id IS NOT NULL
GROUP BY account_id, offering_id
