-- Open and overdue receivables, days sales outstanding by both methods, and how late the account pays.
WITH owed AS (
    SELECT account_id, sum(amount) AS open_amount FROM measured.open_lines GROUP BY account_id
),
balances AS (
    SELECT
        account_id,
        CASE WHEN open_amount IS NOT NULL OR getvariable('absent_is_zero') THEN coalesce(open_amount, 0) END AS open_amount,
        CASE WHEN net_open > 0 THEN net_open WHEN net_open <= 0 THEN 0 END::DECIMAL(38,6) AS balance,
        d1_30 + d31_60 + d61_90 + d90_plus AS overdue
    FROM measured.portfolio
    JOIN measured.netted USING (account_id)
    LEFT JOIN owed USING (account_id)
    LEFT JOIN measured.ageing USING (account_id)
),
-- Whole months of sales come off the balance, newest first; the month that uses it up counts in part.
lengths AS (
    SELECT month, coalesce(getvariable('days_per_month'), count(*)) AS days, sum(days) OVER (ORDER BY month) AS days_through
    FROM measured.calendar
    GROUP BY month
),
taken AS (
    SELECT
        account_id, month, days_through, revenue, balance,
        sum(revenue) OVER (PARTITION BY account_id ORDER BY month) AS taken_off,
        lengths.days
    FROM measured.months
    JOIN lengths USING (month)
    JOIN balances USING (account_id)
    WHERE balance > 0
),
used_up AS (
    SELECT account_id, days_through - days + days * (balance - (taken_off - revenue))::DOUBLE / revenue::DOUBLE AS days_back
    FROM taken
    WHERE taken_off >= balance
    QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY month) = 1
),
paid AS (
    SELECT account_id, amount, greatest(paid_date - due_date, 0) AS days
    FROM invoices
    WHERE paid_date > getvariable('year_ago') AND due_date IS NOT NULL AND amount > 0
),
lateness AS (
    SELECT
        account_id,
        sum(amount::DECIMAL(32,6) * days::DECIMAL(6,0))::DOUBLE / sum(amount)::DOUBLE AS days_late,
        coalesce(sum(amount) FILTER (days > 0), 0)::DOUBLE / sum(amount)::DOUBLE AS late_share
    FROM paid
    GROUP BY account_id
),
-- The days on which each line was open within the window; one amount x days is exact, its sum is rounded once.
credit AS (
    SELECT
        account_id,
        sum(amount::DECIMAL(32,6) * greatest(
            least(coalesce(paid_date, getvariable('as_of')), getvariable('as_of')) - greatest(date, getvariable('year_ago')), 0
        )::DECIMAL(6,0)) AS money_days
    FROM invoices
    WHERE paid_date IS NULL OR paid_date > getvariable('year_ago')
    GROUP BY account_id
),
-- What is open of invoices that have a disputed line: from the ledger where it names invoices, else from invoices.
named AS (
    SELECT count(invoice_id) > 0 AS by_ledger, by_ledger OR EXISTS (FROM invoices WHERE is_open IS NOT NULL) AS is_told
    FROM open_items
),
unpaid AS (
    SELECT account_id, invoice_id, open_amount AS amount, false AS disputed FROM open_items, named WHERE by_ledger
    UNION ALL
    SELECT account_id, invoice_id, amount, disputed FROM invoices, named WHERE is_open AND NOT by_ledger
),
disputes AS (
    SELECT DISTINCT account_id, invoice_id, true AS is_disputed FROM invoices WHERE disputed AND invoice_id IS NOT NULL
),
contested AS (
    SELECT account_id, sum(amount) AS disputed
    FROM unpaid
    LEFT JOIN disputes USING (account_id, invoice_id)
    WHERE disputed OR is_disputed
    GROUP BY account_id
)
SELECT
    account_id,
    CASE WHEN is_told AND NOT (by_ledger AND open_amount IS NULL) THEN coalesce(disputed, 0) END AS disputed_open,
    coalesce(money_days, 0)::DOUBLE * getvariable('credit_rate_per_year') / getvariable('days_per_year') AS cost_of_credit,
    CASE WHEN revenue_ltm > 0 AND net_overdue IS NOT NULL THEN greatest(net_open - net_overdue, 0) / revenue_ltm::DOUBLE * getvariable('days_per_year') END
        AS dso_best,
    open_amount AS receivables_open,
    overdue AS receivables_overdue,
    days_late,
    late_share,
    CASE WHEN revenue_ltm > 0 THEN balance::DOUBLE / revenue_ltm::DOUBLE * getvariable('days_per_year') END AS dso_simple,
    dso_simple - dso_best AS days_delinquent,
    CASE WHEN balance = 0 THEN 0 ELSE days_back END AS dso_countback
FROM balances
CROSS JOIN named
JOIN measured.revenue USING (account_id)
JOIN measured.netted USING (account_id)
LEFT JOIN used_up USING (account_id)
LEFT JOIN lateness USING (account_id)
LEFT JOIN credit USING (account_id)
LEFT JOIN contested USING (account_id)
