"""Our part of what an account spends."""

from kamnb.indicators.catalogue.declaring import LATEST_WALLET, SOLD, Indicator

WALLET = (
    Indicator(
        "share_of_wallet",
        "our part of what it spends on what we could sell; above 1 the wallet is stated too low",
        "revenue_ltm / likely wallet of the latest year not after that of the day, as last stated: offerings add up unless a row "
        "without offering states the whole; rows that differ by competitor repeat the wallet, the largest counts",
        "fraction", "up", LATEST_WALLET, ("invoices", "wallet"), "no wallet above 0: unknown", SOLD,
    ),
    Indicator(
        "share_of_wallet_low",
        "our share if the wallet is as large as it may be",
        "revenue_ltm / high end of the wallet, where every part states one",
        "fraction", "up", LATEST_WALLET, ("invoices", "wallet.high"), "no high end above 0: unknown", SOLD,
    ),
    Indicator(
        "share_of_wallet_high",
        "our share if the wallet is as small as it may be",
        "revenue_ltm / low end of the wallet, where every part states one",
        "fraction", "up", LATEST_WALLET, ("invoices", "wallet.low"), "no low end above 0: unknown", SOLD,
    ),
    Indicator(
        "supplier_rank",
        "our place among its suppliers of what we could sell, 1 is the largest",
        "1 + the competitors that sell more to it than revenue_ltm; a competitor sells its share x likely wallet of the whole, "
        "where stated, else the sum of that over offerings",
        "count", "down", LATEST_WALLET,
        ("invoices", "wallet.competitor", "wallet.competitor_share", "wallet.likely"),
        "no competitor's share, or a wallet not stated: unknown", SOLD,
    ),
)  # fmt: skip
