-- Our share of the latest wallet of each account. Rows of one offering differ by competitor and repeat the
-- wallet: the largest counts. Offerings add up, unless a row without offering states the whole. Where children count for their
-- parent all this holds for each of them, and the wallets of the members add up.
WITH latest AS (
    SELECT *
    FROM main.wallet
    WHERE year <= year(getvariable('as_of'))
    QUALIFY year = max(year) OVER (PARTITION BY account_id, member_id)
),
stated AS (
    SELECT *
    FROM latest
    QUALIFY stated_on IS NOT DISTINCT FROM max(stated_on) OVER (PARTITION BY account_id, member_id, offering_id)
),
parts AS (
    SELECT account_id, member_id, offering_id, max(low) AS low, max(likely) AS likely, max(high) AS high
    FROM stated
    GROUP BY account_id, member_id, offering_id
),
counted AS (
    SELECT *
    FROM parts
    QUALIFY offering_id IS NULL OR NOT bool_or(offering_id IS NULL) OVER (PARTITION BY account_id, member_id)
),
wallets AS (
    SELECT
        account_id,
        CASE WHEN count(low) = count(*) THEN sum(low) END AS low,
        sum(likely) AS likely,
        CASE WHEN count(high) = count(*) THEN sum(high) END AS high
    FROM counted
    GROUP BY account_id
),
-- What each competitor sells to the account: its share of the whole wallet, else of every offering for which it is stated.
shares AS (
    SELECT *
    FROM stated
    WHERE competitor IS NOT NULL AND competitor_share IS NOT NULL
    QUALIFY offering_id IS NULL OR NOT bool_or(offering_id IS NULL) OVER (PARTITION BY account_id, member_id)
),
rivals AS (
    SELECT
        account_id,
        competitor,
        CASE WHEN count(likely) = count(*) THEN sum(likely::DOUBLE * competitor_share ORDER BY member_id, offering_id) END AS sold
    FROM shares
    GROUP BY account_id, competitor
),
ranks AS (
    -- A competitor of whose sales nothing is known may be larger than we are.
    SELECT account_id, CASE WHEN count(sold) = count(*) THEN 1 + count(*) FILTER (sold > revenue_ltm::DOUBLE) END AS supplier_rank
    FROM rivals
    JOIN measured.revenue USING (account_id)
    GROUP BY account_id
)
SELECT
    account_id,
    coalesce(annual_spend, likely) AS accessible_spend,
    supplier_rank,
    CASE WHEN likely > 0 THEN revenue_ltm::DOUBLE / likely::DOUBLE END AS share_of_wallet,
    CASE WHEN high > 0 THEN revenue_ltm::DOUBLE / high::DOUBLE END AS share_of_wallet_low,
    CASE WHEN low > 0 THEN revenue_ltm::DOUBLE / low::DOUBLE END AS share_of_wallet_high
FROM measured.revenue
LEFT JOIN wallets USING (account_id)
LEFT JOIN ranks USING (account_id)
