-- needs: wallet
SELECT year, coalesce(offerings.name, wallet.offering_id, 'all offerings') AS offering, wallet.low, wallet.likely, wallet.high, wallet.competitor,
    wallet.competitor_share, wallet.source, wallet.stated_on
FROM wallet
LEFT JOIN offerings USING (offering_id)
WHERE wallet.account_id = $account_id AND wallet.year = (
    SELECT max(year) FROM wallet WHERE account_id = $account_id AND year <= year(getvariable('as_of'))
)
ORDER BY wallet.likely DESC, offering, wallet.competitor
