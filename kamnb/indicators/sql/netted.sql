-- What is open without VAT, so that it can be set against sales, which are net. Invoices are net; a line of the ledger is its
-- invoice's net amount x the share still open: open amount / (net amount x (1 + rate)). The rate is that which is given for the
-- account, else for its country, else that by which most lines of the account exceed the invoice that they name. A line without
-- an invoice of ours is netted only by a rate that is given. Where a line cannot be netted the whole is unknown.
WITH sold AS (
    SELECT account_id, invoice_id, sum(amount)::DOUBLE AS net
    FROM invoices
    WHERE invoice_id IS NOT NULL AND getvariable('from_ledger')
    GROUP BY account_id, invoice_id
),
lines AS (
    SELECT
        account_id, open_amount::DOUBLE AS gross, net,
        CASE WHEN open_amount > 0 OR due_date IS NOT NULL THEN due_date < getvariable('as_of') ELSE false END AS is_overdue,
        CASE WHEN open_amount / nullif(net, 0) BETWEEN 0.999 AND 1.5 THEN round(open_amount / net, 3) END AS ratio
    FROM open_items
    LEFT JOIN sold USING (account_id, invoice_id)
    WHERE getvariable('from_ledger')
),
-- How often each ratio stands; of equally many the larger, for a smaller one may be of an invoice that is paid in part.
ratios AS (
    SELECT account_id, ratio
    FROM lines
    WHERE ratio IS NOT NULL
    GROUP BY account_id, ratio
    QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY count(*) DESC, ratio DESC) = 1
),
given AS (
    SELECT account_id, coalesce(own.rate, general.rate) AS rate
    FROM measured.portfolio
    LEFT JOIN accounts USING (account_id)
    LEFT JOIN measured.vat_rates AS own ON own.of = 'account' AND own.key = account_id
    LEFT JOIN measured.vat_rates AS general ON general.of = 'country' AND general.key = country
),
-- An invoice that is open but for a thousandth is open whole.
shares AS (
    SELECT
        account_id, is_overdue, gross, rate,
        CASE WHEN net <> 0 THEN gross / (net * (1 + coalesce(rate, ratio_of - 1))) END AS share,
        CASE WHEN net <> 0 THEN net * CASE WHEN share >= 0.999 THEN 1 ELSE share END ELSE gross / (1 + rate) END AS amount
    FROM lines
    LEFT JOIN (SELECT account_id, ratio AS ratio_of FROM ratios) USING (account_id)
    LEFT JOIN given USING (account_id)
),
summed AS (
    SELECT
        account_id,
        CASE WHEN count(amount) = count(*) THEN sum(amount ORDER BY amount) END AS net_open,
        CASE WHEN count(amount) = count(*) AND count(is_overdue) = count(*)
            THEN coalesce(sum(amount ORDER BY amount) FILTER (is_overdue), 0)
        END AS net_overdue
    FROM shares
    GROUP BY account_id
),
owed AS (
    SELECT account_id, sum(amount)::DOUBLE AS net_open FROM measured.open_lines GROUP BY account_id
)
SELECT
    account_id,
    CASE
        WHEN NOT getvariable('from_ledger') THEN coalesce(owed.net_open, 0)
        WHEN summed.account_id IS NOT NULL THEN summed.net_open
        WHEN getvariable('absent_is_zero') THEN 0
    END AS net_open,
    CASE
        WHEN NOT getvariable('from_ledger') THEN (d1_30 + d31_60 + d61_90 + d90_plus)::DOUBLE
        WHEN summed.account_id IS NOT NULL THEN net_overdue
        WHEN getvariable('absent_is_zero') THEN 0
    END AS net_overdue
FROM measured.portfolio
LEFT JOIN summed USING (account_id)
LEFT JOIN owed USING (account_id)
LEFT JOIN measured.ageing USING (account_id)
